import { z } from 'zod';

/** A whole number between `min` and `max`, given as text. */
export function integer(min: number, max: number) {
  return z
    .string()
    .regex(/^\d{1,15}$/, 'must be a whole number')
    .transform(Number)
    .refine((value) => value >= min && value <= max, `must be between ${min} and ${max}`);
}

/** A TCP port. */
export const port = integer(1, 65_535);

/** A limit: a whole number; 0 switches it off, which reads as Infinity. */
export function limit(standard: number) {
  return integer(0, 1_000_000_000)
    .default(standard)
    .transform((value) => (value === 0 ? Number.POSITIVE_INFINITY : value));
}

/** A switch: 0 or 1. */
export const flag = z
  .enum(['0', '1'])
  .default('0')
  .transform((value) => value === '1');

/** A list of texts, separated by commas. */
export const list = z.string().transform((value) =>
  value
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== ''),
);
