import { type Token, tokenize } from './fold.ts';
import { type Closeness, isPart, SHORTEST_PART } from './match.ts';
import { mayDiffer } from './one-letter.ts';
import type { QueryWord, Term } from './query.ts';
import { stemOf } from './stem.ts';
import type { Trait } from './traits.ts';

/** A letter of ASCII for each letter of Russian. Some share one: the index only has to leave out what cannot fit. */
const RUSSIAN = new Map(
  [...'абвгдежзийклмнопрстуфхцчшщъыьэюя'].map((letter, index) => [
    letter,
    'abvgdejziyklmnoprstufhcqwwx1x309'[index] ?? 'x',
  ]),
);
const ASCII = /^[a-z0-9]+$/;
const BASE = 36;
/** Characters of the words that stand for one ideograph, and for two side by side. */
const SINGLE_LENGTH = 3;
const PAIR_LENGTH = 4;
/** Spreads pairs of ideographs over the words of their length. */
const PAIR_FACTOR = 31_337;

/** The parts of a message that the index knows. */
export interface IndexedMessage {
  content: string;
  traits: readonly Trait[];
}

/**
 * Returns the text that stands for messages in the index: their words, each once, between spaces. A stem that its word does
 * not begin with is among the words. The text is in ASCII, one character for each character of a folded word, so that the
 * trigrams of Postgres find it in a database of any locale. Different letters may look alike in it. So the index finds
 * everything that fits, and more, which has to be compared with the messages.
 */
export function toIndexText(messages: readonly IndexedMessage[]): string {
  const words = new Set<string>();
  for (const { content, traits } of messages) {
    let before: Token | undefined;
    for (const token of tokenize(content)) {
      if (token.isIdeograph) {
        words.add(encodeSingle(token));
        if (before?.isIdeograph) words.add(encodePair(before, token));
      } else {
        words.add(encode(token.text));
        const stem = stemOf(token.text);
        if (!token.text.startsWith(stem)) words.add(encode(stem));
      }
      before = token;
    }
    for (const trait of traits) words.add(encodeTrait(trait));
  }
  return ` ${[...words].join(' ')} `;
}

/** Patterns of `like`, of which an index text has to fit at least one. */
export type Alternatives = readonly string[];

/** Returns conditions that the index text of each message with a term fulfils; others may fulfil them too. */
export function conditionsOf({ kind, words, isLast }: Term, closeness: Closeness): Alternatives[] {
  return words.flatMap((word, index) => {
    if (word.isIdeograph) return [[likeIdeograph(words, index)]];
    const forms = closeness === 'nearly' ? nearlyLike(word.text) : [[likeForms(word.text)]];
    const parts = partsLike(word.text);
    return forms.map((own) => [...own, ...parts]);

    function partsLike(text: string): string[] {
      if (kind === 'word') return likePart(text, isLast);
      if (kind === 'joined' && index === 0) return [`%${encode(text)} %`];
      if (kind === 'joined' && index === words.length - 1) return [`% ${encode(text)}%`];
      return [];
    }
  });
}

/** Returns the condition that the index text of each message with one of these traits fulfils. */
export function conditionOfTraits(...traits: readonly Trait[]): Alternatives {
  return traits.map((trait) => `% ${encodeTrait(trait)} %`);
}

/** An ideograph, together with the next one where there is one. */
function likeIdeograph(words: readonly QueryWord[], index: number): string {
  const [word, next] = [words[index] as QueryWord, words[index + 1]];
  return next?.isIdeograph ? `% ${encodePair(word, next)} %` : `% ${encodeSingle(word)} %`;
}

function likeForms(word: string): string {
  const stem = stemOf(word);
  return stem.length < SHORTEST_PART ? `% ${encode(stem)} %` : `% ${encode(stem)}%`;
}

function likePart(word: string, isLast: boolean): string[] {
  if (isPart(word)) return [`%${encode(word)}%`];
  return isLast ? [`% ${encode(word)}%`] : [];
}

/** Letters from which on the halves of a word leave out enough. */
const LONG = 10;

/**
 * With one letter wrong, missing or extra, one half of the word stays: a condition that costs little. Everything before that letter
 * and everything behind it stays too: a condition that leaves out more.
 */
function nearlyLike(word: string): Alternatives[] {
  if (!mayDiffer(word)) return [[likeForms(word)]];
  const stem = stemOf(word);
  const forms = (word.startsWith(stem) ? [stem] : [stem, word]).map(encode);
  const halves = forms.flatMap((letters) => {
    const half = Math.ceil(letters.length / 2);
    return [`% ${letters.slice(0, half)}%`, `%${letters.slice(half)}%`];
  });
  if (forms.every(({ length }) => length >= LONG)) return [halves];
  return [
    halves,
    forms.flatMap((letters) => [...letters].map((_, at) => `% ${letters.slice(0, at)}%${letters.slice(at + 1)}%`)),
  ];
}

function encode(text: string): string {
  if (ASCII.test(text)) return text;
  let encoded = '';
  for (const character of text) encoded += encodeLetter(character);
  return encoded;
}

function encodeLetter(character: string): string {
  if (ASCII.test(character)) return character;
  return RUSSIAN.get(character) ?? (codeOf(character) % BASE).toString(BASE);
}

function encodeSingle({ text }: QueryWord): string {
  return lastDigits(codeOf(text), SINGLE_LENGTH);
}

function encodePair(one: QueryWord, other: QueryWord): string {
  return lastDigits(codeOf(one.text) * PAIR_FACTOR + codeOf(other.text), PAIR_LENGTH);
}

function codeOf(character: string): number {
  return character.codePointAt(0) ?? 0;
}

function lastDigits(number: number, length: number): string {
  return number.toString(BASE).padStart(length, '0').slice(-length);
}

/** A word that hardly any text has. */
function encodeTrait(trait: Trait): string {
  if (typeof trait === 'object') return `zzm${trait.mentioned.toString(BASE)}q`;
  return typeof trait === 'number' ? `zz${trait.toString(BASE)}q` : `zz${trait}`;
}
