import { PAGE_DEFAULT, PAGE_LIMIT } from '@vestnik/contracts';
import { z } from 'zod';
import type { Parameter } from './operation.ts';

/** The parameter `limit` of every list. */
export const limit: Parameter = {
  description: `Entries of a page. The server serves more than ${PAGE_LIMIT} as ${PAGE_LIMIT}.`,
  schema: z.int().min(1).default(PAGE_DEFAULT),
};
/** The parameter `cursor` of every list. */
export const cursor: Parameter = { description: '`next_cursor` of the page before', schema: z.string() };
