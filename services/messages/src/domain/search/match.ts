import type { Highlight } from '@vestnik/contracts';
import { rangeOf, type Token, tokenize } from './fold.ts';
import { differByOneLetter, mayDiffer } from './one-letter.ts';
import type { QueryWord, SearchQuery, Term } from './query.ts';
import { stemOf } from './stem.ts';

/** How exactly words have to fit: `asWritten`, or `nearly`: with one letter wrong, missing or extra. */
export type Closeness = 'asWritten' | 'nearly';

type Range = readonly [start: number, end: number];

/** Code points of a part of a word at least. */
export const SHORTEST_PART = 3;

/**
 * Finds a query in a text. Returns the parts that fit, sorted and without overlaps; undefined where the text does not fit. A
 * form of a word marks its word, a part of a word marks itself. This function alone decides what a search finds.
 */
export function findQuery(
  { needed, excluded }: SearchQuery,
  text: string,
  closeness: Closeness = 'asWritten',
): Highlight[] | undefined {
  const tokens = tokenize(text);
  if (excluded.some((term) => findSequence(term, tokens, isForm).length > 0)) return undefined;
  const found: Range[] = [];
  for (const term of needed) {
    const own = findTerm(term, tokens, closeness);
    if (own.length === 0) return undefined;
    found.push(...own);
  }
  return mergeRanges(found);
}

function findTerm(term: Term, tokens: readonly Token[], closeness: Closeness): Range[] {
  const isSame: Compare = closeness === 'nearly' ? isNearly : isForm;
  if (term.kind === 'word') return findWord(term, tokens, isSame);
  if (term.kind === 'joined') return findJoined(term, tokens, isSame);
  return findSequence(term, tokens, isSame);
}

/** Decides whether a word of a text stands for a word of a query. */
type Compare = (word: QueryWord, token: Token) => boolean;

const isForm: Compare = ({ text, isIdeograph }, token) =>
  token.text === text || (!isIdeograph && !token.isIdeograph && stemOf(token.text) === stemOf(text));

const isNearly: Compare = (word, token) => {
  if (isForm(word, token)) return true;
  if (!mayDiffer(word.text) || token.isIdeograph) return false;
  return differByOneLetter(word.text, token.text) || differByOneLetter(stemOf(word.text), stemOf(token.text));
};

function findWord({ words, isLast }: Term, tokens: readonly Token[], isSame: Compare): Range[] {
  const [word] = words;
  if (!word) return [];
  return tokens.flatMap((token): Range[] => {
    if (isSame(word, token)) return [wholeRange(token)];
    const parts = partsOf(word.text, token, isLast);
    if (parts.length > 0 || isSame !== isNearly || !isLast) return parts;
    return beginsNearly(word.text, token) ? [wholeRange(token)] : [];
  });
}

/** The parts of a word that are equal to a word of the query, or its beginning. */
function partsOf(word: string, token: Token, isLast: boolean): Range[] {
  if (token.isIdeograph) return [];
  if (!isPart(word)) return isLast && token.text.startsWith(word) ? [rangeOf(token, 0, word.length)] : [];
  const parts: Range[] = [];
  for (let at = token.text.indexOf(word); at >= 0; at = token.text.indexOf(word, at + word.length)) {
    parts.push(rangeOf(token, at, at + word.length));
  }
  return parts;
}

/** Returns whether a folded word is long enough to be found inside other words. */
export function isPart(word: string): boolean {
  return word.length >= SHORTEST_PART && (word.length >= 2 * SHORTEST_PART || [...word].length >= SHORTEST_PART);
}

function beginsNearly(word: string, { text, isIdeograph }: Token): boolean {
  if (!mayDiffer(word) || isIdeograph || text.length <= word.length) return false;
  return [-1, 0, 1].some((more) => differByOneLetter(word, text.slice(0, word.length + more)));
}

/** Words side by side, all of which fit. */
function findSequence({ words }: Term, tokens: readonly Token[], isSame: Compare): Range[] {
  return placesOf(words, tokens, (word, token) => isSame(word, token)).flatMap((at) =>
    words.map((_, index): Range => wholeRange(tokens[at + index] as Token)),
  );
}

/** Words side by side, of which the first may be the end of a word, and the last the beginning of one. */
function findJoined({ words, isLast }: Term, tokens: readonly Token[], isSame: Compare): Range[] {
  const mayBePart = words.reduce((length, { text }) => length + text.length, 0) >= SHORTEST_PART;
  const last = words.length - 1;
  const partOf = ({ text }: QueryWord, token: Token, index: number): Range | undefined => {
    if (index === 0 && mayBePart && token.text.endsWith(text)) {
      return rangeOf(token, token.text.length - text.length, token.text.length);
    }
    if (index === last && (mayBePart || isLast) && token.text.startsWith(text)) return rangeOf(token, 0, text.length);
    return undefined;
  };
  const fits = (word: QueryWord, token: Token, index: number) =>
    isSame(word, token) || partOf(word, token, index) !== undefined;
  return placesOf(words, tokens, fits).flatMap((at) =>
    words.map((word, index): Range => {
      const token = tokens[at + index] as Token;
      return isSame(word, token) ? wholeRange(token) : (partOf(word, token, index) ?? wholeRange(token));
    }),
  );
}

/** The places in a text at which words fit side by side. */
function placesOf(
  words: readonly QueryWord[],
  tokens: readonly Token[],
  fits: (word: QueryWord, token: Token, index: number) => boolean,
): number[] {
  const places: number[] = [];
  for (let at = 0; at + words.length <= tokens.length; at += 1) {
    if (words.every((word, index) => fits(word, tokens[at + index] as Token, index))) places.push(at);
  }
  return places;
}

function wholeRange({ start, end }: Token): Range {
  return [start, end];
}

/** Sorts ranges and joins those that overlap or touch. */
function mergeRanges(ranges: readonly Range[]): Highlight[] {
  const merged: Highlight[] = [];
  for (const [start, end] of [...ranges].sort(([one], [other]) => one - other)) {
    const last = merged.at(-1);
    const lastEnd = last ? last[0] + last[1] : -1;
    if (last && start <= lastEnd) last[1] = Math.max(lastEnd, end) - last[0];
    else merged.push([start, end - start]);
  }
  return merged;
}
