import { z } from 'zod';

/** Reads the text of a setting. The description of a format says in tables how the text is written. */
export type Format<Value> = z.ZodType<Value, string>;

/** A whole number from `min` to `max`. */
export function integer(min: number, max: number): Format<number> {
  return z
    .string()
    .regex(/^\d{1,15}$/, 'must be a whole number')
    .transform(Number)
    .refine((value) => value >= min && value <= max, `must be between ${min} and ${max}`)
    .describe(`whole number, ${min} to ${max}`);
}

/** A TCP port. */
export const port = integer(1, 65_535).describe('port');

/** A TCP port, or 0 for none. */
export const portOrNone = integer(0, 65_535).describe('port, 0 for none');

/** A limit: a whole number. 0 switches the limit off, which reads as Infinity. */
export const limit: Format<number> = integer(0, 1_000_000_000)
  .transform((value) => (value === 0 ? Number.POSITIVE_INFINITY : value))
  .describe('whole number, 0 for no limit');

/** A switch: 0 or 1. */
export const flag: Format<boolean> = z
  .enum(['0', '1'])
  .transform((value) => value === '1')
  .describe('0 or 1');

/** Any text. */
export const text: Format<string> = z.string().describe('text');

/** One of some texts. */
export function oneOf<const Value extends string>(...values: Value[]): Format<Value> {
  return z.enum(values).describe(values.join(', '));
}

/** Texts, separated by commas. Spaces around a text and empty texts are left out. */
export const list: Format<string[]> = z
  .string()
  .transform((value) =>
    value
      .split(',')
      .map((part) => part.trim())
      .filter((part) => part !== ''),
  )
  .describe('texts, separated by commas');
