/** A piece of a message's text. */
export type Piece =
  | { kind: 'text'; text: string }
  | { kind: 'link'; text: string; href: string }
  | { kind: 'code'; text: string }
  | { kind: 'block'; text: string }
  | { kind: 'mention'; text: string };

const BLOCK = /```(?:[\w+-]*\n)?([\s\S]+?)\n?```/g;
const INLINE = /`([^`\n]+)`|(https?:\/\/[^\s<>"'`]+[^\s<>"'`.,;:!?)\]}»…])/g;
const EMOJI = /^(?:\p{RGI_Emoji}|\s){1,12}$/v;

/** Cuts a text into links, code, mentions and the rest. `names` are those that the message mentions, without the @. */
export function piecesOf(text: string, names: readonly string[]): Piece[] {
  return split(
    text,
    BLOCK,
    ([, code = '']) => ({ kind: 'block', text: code }),
    (rest) => inline(rest, names),
  );
}

/** Whether a text is a few emoji alone, which are shown large. */
export function isEmojiAlone(text: string): boolean {
  return EMOJI.test(text) && text.trim() !== '';
}

function inline(text: string, names: readonly string[]): Piece[] {
  return split(
    text,
    INLINE,
    ([, code, href]) =>
      code === undefined ? { kind: 'link', text: href ?? '', href: href ?? '' } : { kind: 'code', text: code },
    (rest) => mentions(rest, names),
  );
}

function mentions(text: string, names: readonly string[]): Piece[] {
  if (names.length === 0) return text === '' ? [] : [{ kind: 'text', text }];
  const longestFirst = names.toSorted((one, other) => other.length - one.length);
  const pattern = new RegExp(`@(?:${longestFirst.map(escaped).join('|')})`, 'gu');
  return split(
    text,
    pattern,
    ([found]) => ({ kind: 'mention', text: found }),
    (rest) => (rest === '' ? [] : [{ kind: 'text', text: rest }]),
  );
}

/** Cuts a text at the hits of a pattern; `between` cuts what lies between them. */
function split(
  text: string,
  pattern: RegExp,
  hit: (match: RegExpExecArray) => Piece,
  between: (rest: string) => Piece[],
): Piece[] {
  const pieces: Piece[] = [];
  let at = 0;
  for (const match of text.matchAll(pattern)) {
    if (match.index > at) pieces.push(...between(text.slice(at, match.index)));
    pieces.push(hit(match));
    at = match.index + match[0].length;
  }
  if (at < text.length) pieces.push(...between(text.slice(at)));
  return pieces;
}

/** A name as a regular expression finds it. */
function escaped(name: string): string {
  return name.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
}
