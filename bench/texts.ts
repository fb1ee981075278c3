import { readdir, readFile, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type ChatLog, parseChatLog } from '../tools/demo/chat-log.ts';
import { Fault } from '../tools/start/fault.ts';
import type { ReplayLine } from './load/plan.ts';

/** The excerpt of the demo: real chat that comes with the repository. */
const EXCERPT = fileURLToPath(new URL('../tools/demo/ubuntu-excerpt.txt', import.meta.url));
/** A group holds so many people. People who come later in a log are left out of its replay. */
const MOST_PEOPLE = 1_000;

/**
 * Reads the logs of a folder, or one log; an empty path means the excerpt.
 *
 * @throws Fault when there is nothing to read.
 */
async function readLogs(path: string): Promise<ChatLog[]> {
  const place = path === '' ? EXCERPT : resolve(process.env['INIT_CWD'] ?? '.', path);
  const found = await stat(place).catch(() => undefined);
  if (!found) throw new Fault(`${place} is not there: give a log or a folder of logs`);
  const files = found.isDirectory()
    ? (await readdir(place))
        .filter((name) => name.endsWith('.txt'))
        .sort()
        .map((name) => join(place, name))
    : [place];
  const logs = await Promise.all(files.map(async (file) => parseChatLog(await readFile(file, 'utf8'))));
  if (!logs.some(({ lines }) => lines.length > 0)) throw new Fault(`${place} holds no line like "[12:34] <nick> text"`);
  return logs;
}

/** Every text of the logs, as people typed it. */
export async function readTexts(path: string): Promise<string[]> {
  return (await readLogs(path)).flatMap(({ lines }) => lines.map(({ text }) => text));
}

/** The longest of the logs as a replay: the lines of a minute spread over it, `speed` times as fast as they came. */
export async function readReplay(path: string, speed: number): Promise<{ people: number; lines: ReplayLine[] }> {
  const [log] = (await readLogs(path)).sort((a, b) => b.lines.length - a.lines.length);
  if (!log) return { people: 0, lines: [] };
  const heard = log.lines.filter(({ author }) => author < MOST_PEOPLE);
  const minutes = heard.map(({ time }) => minuteOf(time));
  const perMinute = new Map<number, number>();
  for (const minute of minutes) perMinute.set(minute, (perMinute.get(minute) ?? 0) + 1);
  const first = minutes[0] ?? 0;
  const seen = new Map<number, number>();
  const lines = heard.map(({ author, text }, index) => {
    const minute = minutes[index] ?? 0;
    const place = seen.get(minute) ?? 0;
    seen.set(minute, place + 1);
    const at = ((minute - first + place / (perMinute.get(minute) ?? 1)) * 60_000) / speed;
    return { at, sender: author, text };
  });
  return { people: Math.min(log.people.length, MOST_PEOPLE), lines: lines.sort((a, b) => a.at - b.at) };
}

function minuteOf(time: string): number {
  const [hours = 0, minutes = 0] = time.split(':').map(Number);
  return hours * 60 + minutes;
}
