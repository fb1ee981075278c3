/** Words of a name that are searched, and code units of each, at most. */
const MAX_WORDS = 20;
const WORD_LENGTH = 64;

/** Returns the words of a text in the one form in which names and queries are compared: small letters, ё as е, each once. */
export function wordsOf(text: string): string[] {
  const plain = text.normalize('NFKC').toLowerCase().replaceAll('ё', 'е');
  const words = plain.match(/[\p{L}\p{N}\p{M}]+/gu) ?? [];
  return [...new Set(words.map((word) => word.slice(0, WORD_LENGTH)))].slice(0, MAX_WORDS);
}
