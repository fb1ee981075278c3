import type { EndpointData, Message, messagesEndpoints } from '@vestnik/contracts';
import type { MessagesContext } from '../context.ts';
import { cutMessages } from '../store/answer-size.ts';
import { messagesInRange } from '../store/messages.ts';

/** Messages that one answer carries at most. */
const RANGE_LIMIT = 500;

/** Messages of a stretch of one conversation, oldest first, perhaps not all of it: the caller asks on from the last. */
export async function findRange(
  { database }: MessagesContext,
  range: EndpointData<typeof messagesEndpoints.range>,
): Promise<{ messages: Message[] }> {
  return { messages: cutMessages(await messagesInRange(database, range, RANGE_LIMIT)).kept };
}
