import { bytes, hasAt } from './door.ts';

/** Finds a fixed pattern in frames that look alike, mostly by looking where it was the last time. */
export interface FieldFinder {
  /** The place behind the pattern; -1 when it is not there. */
  find(buffer: Buffer, start: number, end: number): number;
}

/** Numbers in front of a field grow by a digit now and then. */
const DRIFT = 6;

/** Creates a finder of a pattern. In JSON no text can hold one that ends with an unescaped quote and a colon. */
export function createFieldFinder(text: string): FieldFinder {
  const pattern = bytes(text);
  let usual = 0;
  return {
    find(buffer, start, end) {
      const last = end - pattern.length;
      for (let drift = 0; drift <= DRIFT; drift += 1) {
        for (const at of [start + usual + drift, start + usual - drift]) {
          if (at < start || at > last || !hasAt(buffer, at, pattern)) continue;
          usual = at - start;
          return at + pattern.length;
        }
      }
      const at = buffer.indexOf(text, start, 'latin1');
      if (at < 0 || at > last) return -1;
      usual = at - start;
      return at + pattern.length;
    },
  };
}
