/** A part of a text: a hit of a search, or what lies between hits. */
export interface Part {
  text: string;
  isHit: boolean;
}

/** Characters before the first hit of an excerpt. */
const LEAD = 24;

/** Returns the parts of a text from shortly before the first hit. `highlights` are start and length in UTF-16 units, in order. */
export function excerptOf(text: string, highlights: readonly (readonly [start: number, length: number])[]): Part[] {
  const parts = partsOf(text, highlights);
  const [first] = parts;
  if (!first || first.isHit || first.text.length <= LEAD) return parts;
  const cut = first.text.slice(-LEAD);
  const word = cut.indexOf(' ') + 1;
  return [{ text: `…${cut.slice(word)}`, isHit: false }, ...parts.slice(1)];
}

/** Cuts a text at its hits. */
function partsOf(text: string, highlights: readonly (readonly [start: number, length: number])[]): Part[] {
  const parts: Part[] = [];
  let at = 0;
  for (const [start, length] of highlights) {
    if (start > at) parts.push({ text: text.slice(at, start), isHit: false });
    parts.push({ text: text.slice(start, start + length), isHit: true });
    at = start + length;
  }
  if (at < text.length) parts.push({ text: text.slice(at), isHit: false });
  return parts;
}
