import type { EndpointData, Message, messagesEndpoints } from '@vestnik/contracts';
import type { MessagesContext } from '../context.ts';
import { cutMessages } from '../store/answer-size.ts';
import { messagesById } from '../store/messages.ts';

/** Messages by id, in no particular order; unknown ids are left out, and so is what is too much for one answer. */
export async function findMessages(
  { database }: MessagesContext,
  { message_ids }: EndpointData<typeof messagesEndpoints.getMessages>,
): Promise<{ messages: Message[] }> {
  return { messages: cutMessages(await messagesById(database, message_ids)).kept };
}
