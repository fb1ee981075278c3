import { setTimeout as delay } from 'node:timers/promises';
import type { Message, SearchPage } from '@vestnik/contracts';
import { counted } from './figures.ts';
import type { Person } from './person.ts';
import { harmless, type Screen } from './screen.ts';

/** A word to look for: of so many letters at least, in so few messages. */
const WORD = /\p{L}{5,}/gu;
const MOST_MESSAGES = 9;
/** Messages that the screen shows. */
const SHOWN = 3;
/** The index is filled behind the acknowledgement; on a machine that is busy this may take a while. */
const PATIENCE_MS = 30_000;
const LOOK_MS = 250;

/** Returns the word, in lower case, that the most texts have, `MOST_MESSAGES` at most; undefined where no text has one. */
function wordToFind(texts: readonly string[]): string | undefined {
  const counts = new Map<string, number>();
  for (const text of texts) {
    for (const word of new Set(text.toLowerCase().match(WORD))) counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  const fitting = [...counts].filter(([, count]) => count <= MOST_MESSAGES);
  return fitting.sort(([, one], [, other]) => other - one)[0]?.[0];
}

/** Searches as a person for a word of that person's texts, and shows the newest messages. Returns what is wrong, in lines. */
export async function searchAmong(texts: readonly string[], person: Person, screen: Screen): Promise<string[]> {
  const q = wordToFind(texts);
  if (q === undefined) return [];
  const deadline = Date.now() + PATIENCE_MS;
  let page = await person.rest.search(q);
  while (page.messages.length === 0 && Date.now() < deadline) {
    await delay(LOOK_MS);
    page = await person.rest.search(q);
  }
  if (page.messages.length === 0) return [`a search for "${q}" finds nothing`];
  screen.say('');
  screen.say(`  ${person.name} searches for "${q}": ${counted(page.messages.length, 'message')}, newest first`);
  for (const message of page.messages.slice(0, SHOWN)) screen.say(`    ${screen.dim('»')} ${marked(message, page)}`);
  return [];
}

/** The content of a message, its highlights in brackets. */
function marked({ id, content }: Message, { highlights }: SearchPage): string {
  const text = content ?? '';
  let end = 0;
  const parts = (highlights[id] ?? []).map(([start, length]) => {
    const part = `${text.slice(end, start)}[${text.slice(start, start + length)}]`;
    end = start + length;
    return part;
  });
  return harmless(parts.join('') + text.slice(end));
}
