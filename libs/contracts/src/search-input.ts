import { z } from 'zod';
import { SEARCH_LENGTH } from './limits.ts';
import { id, textUpTo } from './primitives.ts';

/** Names what a message may carry: an attachment that is no image, an image, a link in its text. */
const SEARCH_CARRIED = ['file', 'image', 'link'] as const;
/** One thing that a message may carry. */
export type SearchCarried = (typeof SEARCH_CARRIED)[number];

const isoMoment = z.union([z.iso.datetime({ offset: true, local: true }), z.iso.date()]);

/** A moment in ISO 8601, in UTC unless it names an offset, or a day, which stands for its beginning. There is no year 0. */
const moment = z.string().refine((value) => isoMoment.safeParse(value).success && !value.startsWith('0000'), {
  error: 'must be a moment in ISO 8601',
  params: { shape: true },
});

/** The query and the filters of a client, by the names of the parameters of `GET /search`. */
export const searchParameters = z.object({
  /** 1 to 200 code points. */
  q: textUpTo(SEARCH_LENGTH).min(1),
  conversation_id: id.optional(),
  sender_id: id.optional(),
  /** Stored at this moment or later. */
  since: moment.optional(),
  /** Stored before this moment. */
  until: moment.optional(),
  has: z.enum(SEARCH_CARRIED).optional(),
  /** Messages that mention this user, or all. */
  mentions: id.optional(),
});
