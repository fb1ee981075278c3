/** Characters of content in one answer; the bus carries 8 MB, and one character takes at most 6 bytes in JSON. */
export const MAX_LENGTH = 500_000;

/** The part of a list that is not too large to carry, its length, and whether the list was cut. */
export interface Cut<Item> {
  kept: Item[];
  length: number;
  cut: boolean;
}

/** Returns the length of an item, in characters of an answer. */
export type LengthOf<Item> = (item: Item) => number;

/** Cuts a list that would be too large to carry, after one item at least. */
export function cutToLength<Item>(items: readonly Item[], lengthOf: LengthOf<Item>, maxLength = MAX_LENGTH): Cut<Item> {
  let length = 0;
  for (const [index, item] of items.entries()) {
    const own = lengthOf(item);
    if (index > 0 && length + own > maxLength) return { kept: items.slice(0, index), length, cut: true };
    length += own;
  }
  return { kept: [...items], length, cut: false };
}

/** How long answers may become, in characters: one that has a reply of its own, and several together. */
export interface AnswerLimits {
  alone: number;
  together: number;
}

/**
 * Fits answers into one reply. The only answer of a reply is cut where it would be too long. Of several, `undefined`
 * stands for each one that does not fit beside those before it: its caller asks for it alone.
 */
export function fitAnswers<Item>(
  answers: readonly (readonly Item[])[],
  lengthOf: LengthOf<Item>,
  limits: AnswerLimits,
): (readonly Item[] | undefined)[] {
  if (answers.length === 1) return answers.map((only) => cutToLength(only, lengthOf, limits.alone).kept);
  let length = 0;
  return answers.map((items) => {
    const own = items.reduce((sum, item) => sum + lengthOf(item), 0);
    if (length + own > limits.together) return undefined;
    length += own;
    return items;
  });
}
