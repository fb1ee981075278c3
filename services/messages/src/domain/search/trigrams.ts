import type { Alternatives } from './index-text.ts';

/** A space, 26 letters and 10 digits: an index text has no other characters. */
const CHARACTERS = ' abcdefghijklmnopqrstuvwxyz0123456789';
const LENGTH = 3;
/** The numbers of all trigrams are those that a `smallint` of Postgres holds, from the lowest on. */
const LOWEST = -32_768;

/** Returns the trigrams of the words of an index text, each once, in ascending order. A trigram is a number. */
export function trigramsOf(indexText: string): number[] {
  const trigrams = new Set<number>();
  for (const word of indexText.trim().split(' ')) addTrigrams(`  ${word} `, trigrams);
  return [...trigrams].sort((one, other) => one - other);
}

/**
 * Returns sets of trigrams, of which each index text that fits one of the patterns has at least one whole set. Undefined
 * where a pattern has no trigram, so that every text may fit.
 */
export function trigramsOfPatterns(patterns: Alternatives): number[][] | undefined {
  const sets = patterns.map(trigramsOfPattern);
  const shared = new Set([...(sets[0] ?? [])].filter((each) => sets.every((set) => set.has(each))));
  // One look into the index for what all have in common costs less than one for each pattern.
  const wanted = shared.size > 0 ? [shared] : sets;
  return wanted.some((set) => set.size === 0) ? undefined : wanted.map((set) => [...set]);
}

function trigramsOfPattern(pattern: string): Set<number> {
  const trigrams = new Set<number>();
  for (const piece of pattern.split('%')) addTrigrams(piece.startsWith(' ') ? ` ${piece}` : piece, trigrams);
  return trigrams;
}

function addTrigrams(text: string, trigrams: Set<number>): void {
  for (let at = 0; at + LENGTH <= text.length; at += 1) {
    let number = 0;
    for (const character of text.slice(at, at + LENGTH))
      number = number * CHARACTERS.length + CHARACTERS.indexOf(character);
    trigrams.add(LOWEST + number);
  }
}
