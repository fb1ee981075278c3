import type { EndpointData, Excerpt, messagesEndpoints } from '@vestnik/contracts';
import type { Context } from '../context.ts';
import { excerptsById } from '../store/messages.ts';

/** How messages begin, in no particular order; deleted and unknown ones are left out. */
export async function excerptMessages(
  { database }: Pick<Context, 'database'>,
  { message_ids, length }: EndpointData<typeof messagesEndpoints.excerptMessages>,
): Promise<{ excerpts: Excerpt[] }> {
  return { excerpts: await excerptsById(database, message_ids, length) };
}
