import type { EndpointData, Excerpt, messagesEndpoints } from '@vestnik/contracts';
import type { Context } from '../context.ts';
import { excerpts } from '../store/messages.ts';

/** Returns how messages begin, in no particular order. Deleted and unknown ones are left out. */
export async function excerptMessages(
  { database }: Context,
  { message_ids, length }: EndpointData<typeof messagesEndpoints.excerptMessages>,
): Promise<{ excerpts: Excerpt[] }> {
  return { excerpts: await database.query(excerpts, [message_ids, length]) };
}
