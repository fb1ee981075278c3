import type { EndpointData, Excerpt, messagesEndpoints } from '@vestnik/contracts';
import type { MessagesContext } from '../context.ts';
import { excerptsById } from '../store/messages.ts';

/** How messages begin, in no particular order; deleted and unknown ones are left out. */
export async function findExcerpts(
  { database }: Pick<MessagesContext, 'database'>,
  { message_ids, length }: EndpointData<typeof messagesEndpoints.excerpts>,
): Promise<{ excerpts: Excerpt[] }> {
  return { excerpts: await excerptsById(database, message_ids, length) };
}
