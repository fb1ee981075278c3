import type { Bus } from '@vestnik/bus';
import { EXCERPT_LENGTH, EXCERPTS_LENGTH, type Excerpt, messagesEndpoints } from '@vestnik/contracts';

/** One message for one recipient. */
export interface Receipt {
  message_id: number;
  conversation_id: number;
  seq: number;
  user_id: number;
}

/** Which recipients have a message already. */
export interface Readers {
  /** The recipient read the message, or left the conversation. */
  hasRead(receipt: Receipt): boolean;
  /** One of the recipient's devices has the message. */
  hasReceived(receipt: Receipt): boolean;
}

/**
 * Asks messages which recipients have read or received which messages. One request asks for one message.
 *
 * @throws VestnikError `unavailable` when messages is away.
 */
export async function findReaders(bus: Bus, receipts: readonly Receipt[]): Promise<Readers> {
  const read = new Set<string>();
  const received = new Set<string>();
  await Promise.all(
    [...Map.groupBy(receipts, (receipt) => receipt.message_id)].map(async ([message_id, recipients]) => {
      const [{ conversation_id, seq }] = recipients as [Receipt];
      const user_ids = [...new Set(recipients.map(({ user_id }) => user_id))];
      const answer = await bus.request(messagesEndpoints.findReaders, { conversation_id, seq, user_ids });
      for (const user_id of answer.user_ids) read.add(keyOf({ message_id, user_id }));
      for (const user_id of answer.delivered_user_ids) received.add(keyOf({ message_id, user_id }));
    }),
  );
  return {
    hasRead: (receipt) => read.has(keyOf(receipt)),
    hasReceived: (receipt) => received.has(keyOf(receipt)),
  };
}

function keyOf({ message_id, user_id }: Pick<Receipt, 'message_id' | 'user_id'>): string {
  return `${message_id}:${user_id}`;
}

/** Messages whose excerpts one request asks for. */
const EXCERPTS_PER_REQUEST = EXCERPTS_LENGTH / EXCERPT_LENGTH;

/**
 * Asks messages how messages begin: the first `EXCERPT_LENGTH` code points, which hold a hundred characters. The result has no entry for a deleted message.
 *
 * @throws VestnikError `unavailable` when messages is away.
 */
export async function excerptMessages(bus: Bus, messageIds: readonly number[]): Promise<Map<number, Excerpt>> {
  const different = [...new Set(messageIds)];
  const found = new Map<number, Excerpt>();
  for (let start = 0; start < different.length; start += EXCERPTS_PER_REQUEST) {
    const message_ids = different.slice(start, start + EXCERPTS_PER_REQUEST);
    const input = { message_ids, length: EXCERPT_LENGTH };
    for (const excerpt of (await bus.request(messagesEndpoints.excerptMessages, input)).excerpts) {
      found.set(excerpt.message_id, excerpt);
    }
  }
  return found;
}
