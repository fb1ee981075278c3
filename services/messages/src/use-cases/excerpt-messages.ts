import type { Context, Input, Output } from '../context.ts';
import { excerpts } from '../store/messages.ts';

/** Returns how messages begin, in no particular order. Deleted and unknown ones are left out. */
export async function excerptMessages(
  { database }: Context,
  { message_ids, length }: Input<'excerptMessages'>,
): Promise<Output<'excerptMessages'>> {
  return { excerpts: await database.query(excerpts, [message_ids, length]) };
}
