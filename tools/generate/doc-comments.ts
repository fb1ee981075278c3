import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Fault } from '../start/fault.ts';
import { ROOT } from '../start/layout.ts';

/** The text that documents a property of an object in a file of the contracts. */
export type DocComments = (property: string) => string;

/** A comment and the property that it stands above. */
const DOCUMENTED = /\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*(\w+):/g;

/** Reads the comments of a file of `libs/contracts/src/bus`. The text of each is one paragraph. */
export function docCommentsOf(file: string): DocComments {
  const path = join('libs', 'contracts', 'src', 'bus', file);
  const source = readFileSync(join(ROOT, path), 'utf8');
  const comments = new Map(
    [...source.matchAll(DOCUMENTED)].map(([, comment = '', property = '']) => [
      property,
      comment
        .replace(/^\s*\* ?/gm, '')
        .replace(/\s+/g, ' ')
        .trim(),
    ]),
  );
  return (property) => {
    const text = comments.get(property);
    if (!text) throw new Fault(`${path}: \`${property}\` needs a comment, which the tables show`);
    return text;
  };
}

/** The first sentence of a text, without its full stop. */
export function firstSentence(text: string): string {
  return text.replace(/(?<=[^\s.]{2})\.(?:\s.*)?$/s, '');
}
