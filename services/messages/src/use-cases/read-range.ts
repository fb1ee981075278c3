import type { EndpointData, Message, messagesEndpoints } from '@vestnik/contracts';
import type { Context } from '../context.ts';
import { cutMessages } from '../store/answer-size.ts';
import { messagesInRange } from '../store/messages.ts';

/** Messages that one answer carries at most. */
const RANGE_LIMIT = 500;

/** Messages of a stretch of one conversation, oldest first, perhaps not all of it: the caller asks on from the last. */
export async function readRange(
  { database }: Context,
  range: EndpointData<typeof messagesEndpoints.readRange>,
): Promise<{ messages: Message[] }> {
  return { messages: cutMessages(await messagesInRange(database, range, RANGE_LIMIT)).kept };
}
