import { IRREGULAR_FORMS } from './irregular-words.ts';
import type { Closeness } from './match.ts';
import { differByOneLetter, mayDiffer } from './one-letter.ts';
import type { SearchQuery } from './query.ts';
import { stemOf } from './stem.ts';

/** Texts in which folding changes nothing but the case and ё: Latin and Russian letters, and signs. */
const PLAIN = /^[\t\n\r -~А-яЁё–—…«»“”„’№]*$/;
/** The last letters of a stem may differ from those of its forms: копейк, копеек; happi, happy. */
const UNSURE = 2;
/** Of a short stem only the last letter may differ, but for a vowel that became й: чайк, чаек. */
const UNSURE_OF_SHORT = 1;
const LONG = 5;
const HAS_CHANGED_VOWEL = /йк$/;

/**
 * Returns parts of words, a list for each word of a query. A text in plain letters that fits the query has one part of each list, in
 * lower case and with ё as е.
 */
export function partsOfQuery({ needed }: SearchQuery, closeness: Closeness): string[][] {
  const words = needed.flatMap((term) => term.words.map(({ text }) => text));
  return words.map((word) => {
    const mayBeOther = closeness === 'nearly' && mayDiffer(word);
    return [...(mayBeOther ? halvesOf(word) : [beginningOf(word)]), ...irregularForms(word, mayBeOther)];
  });
}

/**
 * Returns a test that costs a tenth of `findQuery`, and says no to most texts that do not fit. It never says no to a text that
 * fits.
 */
export function quickTest(query: SearchQuery, closeness: Closeness): (text: string) => boolean {
  const wanted = partsOfQuery(query, closeness);
  return (text) => {
    if (!PLAIN.test(text)) return true;
    const folded = text.toLowerCase().replaceAll('ё', 'е');
    return wanted.every((parts) => parts.some((part) => folded.includes(part)));
  };
}

/** Returns the beginning that all forms of a word share. */
function beginningOf(word: string): string {
  const stem = stemOf(word);
  const unsure = stem.length >= LONG || HAS_CHANGED_VOWEL.test(stem) ? UNSURE : UNSURE_OF_SHORT;
  return stem.slice(0, Math.max(1, stem.length - unsure));
}

/** The forms that have no beginning in common with a word. */
function irregularForms(word: string, mayBeOther: boolean): string[] {
  const stem = stemOf(word);
  return [...IRREGULAR_FORMS].flatMap(([each, forms]) => {
    const own = stemOf(each);
    return own === stem || (mayBeOther && differByOneLetter(own, stem)) ? forms : [];
  });
}

/** With one letter wrong, missing or extra, one half of what the forms of a word begin with stays, and one half of the word. */
function halvesOf(word: string): string[] {
  const beginning = beginningOf(word);
  return (word.startsWith(beginning) ? [beginning] : [beginning, word]).flatMap((text) => {
    const half = Math.ceil(text.length / 2);
    return [text.slice(0, half), text.slice(half)];
  });
}
