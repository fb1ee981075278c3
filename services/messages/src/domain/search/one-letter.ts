/** Letters of a word at least, before it may differ by one letter. */
const SHORTEST = 5;
const LETTERS = new RegExp(`^\\p{L}{${SHORTEST},}$`, 'u');

/** Returns whether a word is long enough to be found with one letter wrong, missing or extra. */
export function mayDiffer(word: string): boolean {
  return LETTERS.test(word);
}

/** Returns whether two words differ by one letter at most: wrong, missing or extra. */
export function differByOneLetter(one: string, other: string): boolean {
  const [short, long] = one.length <= other.length ? [one, other] : [other, one];
  if (long.length - short.length > 1) return false;
  let same = 0;
  while (same < short.length && short[same] === long[same]) same += 1;
  const isWrong = short.length === long.length;
  return short.slice(isWrong ? same + 1 : same) === long.slice(same + 1);
}
