import { z } from 'zod';
import { LIST_LENGTH } from './limits.ts';

/** An id of a user, company, conversation, message or device: a positive safe integer. */
export const id = z.int().positive();

/** A place in a conversation's order: 1, 2, 3 …; 0 stands for "before the first message". */
export const seq = z.int().nonnegative();

/** A conversation's version: 1, 2, 3 …, as large as Postgres's integer. */
export const version = z
  .int()
  .positive()
  .max(2 ** 31 - 1);

/** Text that Postgres and JSON both keep unchanged: no NUL and no lone surrogate. */
export const text = z
  .string()
  .refine((value) => value.isWellFormed() && !value.includes('\0'), 'must not contain NUL or lone surrogates');

/** A moment since 1970 as `Date#toISOString` writes it. All our wires write times so. */
export const isoTime = z.iso.datetime({ precision: 3 }).refine((value) => Date.parse(value) >= 0, 'must be since 1970');

/** Returns the length of a text in code points, so that an emoji outside the BMP counts once. */
function codePointLength(value: string): number {
  let length = 0;
  for (const _ of value) length += 1;
  return length;
}

/** Text of at most `max` code points. The UTF-16 length decides the common case without counting. */
export function textUpTo(max: number) {
  return text.refine(
    (value) => value.length <= max || codePointLength(value) <= max,
    `must be at most ${max} characters`,
  );
}

/** The participants that a message mentions: their ids, or all of them. */
export const mentions = z.union([z.array(id).max(LIST_LENGTH), z.literal('all')]);
