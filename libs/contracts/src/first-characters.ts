const segmenter = new Intl.Segmenter('und', { granularity: 'grapheme' });

/** Characters of one code unit that join no other: here each code unit is one grapheme. */
const SEPARATE = /^[\n -\u02ff\u0370-\u0482\u048a-\u058f\u2010-\u2027]*/;

/**
 * Returns the first characters of a text, each of them whole: a flag, a family or a letter with its accents is one
 * character.
 *
 * @param cutAt code points at which the text may have been cut. The character at the cut may be incomplete: the result
 *   leaves it out, unless it is the only one.
 */
export function firstCharacters(text: string, count: number, cutAt: number): string {
  if (text.length <= count && text.length < cutAt) return text;
  const head = text.slice(0, count + 1);
  if (head.length > count && SEPARATE.exec(head)?.[0].length === head.length) return head.slice(0, count);
  const ends: number[] = [];
  for (const { index, segment } of segmenter.segment(text)) {
    ends.push(index + segment.length);
    if (ends.length > count) break;
  }
  if (ends.length > count) return text.slice(0, ends[count - 1]);
  const isCut = ends.length > 1 && text.length >= cutAt && [...text].length >= cutAt;
  return isCut ? text.slice(0, ends.at(-2)) : text;
}
