import type { Delivery } from '@vestnik/contracts';
import { statement } from '@vestnik/database';
import type { MessagesContext } from '../context.ts';

interface Outcome extends Delivery {
  /** False when somebody else holds the marker. */
  moved: boolean;
  members: number;
}

const markDeliveredStatement = statement<Outcome>('mark-delivered', 'select * from mark_delivered($1::json)');
const sendersOf = statement<{ sender_id: number }>(
  'senders-of-range',
  `select distinct sender_id from messages
   where conversation_id = $1 and seq > $2 and seq <= $3 and sender_id <> $4`,
);

/**
 * In a conversation with more members than this only those whose messages were delivered are told of it: telling
 * everybody of everybody's device grows with the square of the members.
 */
const TELL_ALL_MEMBERS = 50;

/** Moves delivered markers, many in one statement, and tells the others of each one that moved. */
export async function markDelivered(
  context: MessagesContext,
  { deliveries }: { deliveries: Delivery[] },
): Promise<{ again: Delivery[] }> {
  const outcomes = await context.database.query(markDeliveredStatement, [JSON.stringify(deliveries)]);
  const deliveredAt = new Date().toISOString();
  for (const outcome of outcomes) if (outcome.moved) await tell(context, outcome, deliveredAt);
  const again = outcomes
    .filter((outcome) => !outcome.moved)
    .map(({ conversation_id, user_id, after_seq, up_to_seq }) => ({ conversation_id, user_id, after_seq, up_to_seq }));
  return { again };
}

async function tell({ database, live }: MessagesContext, outcome: Outcome, deliveredAt: string): Promise<void> {
  const { conversation_id: conversationId, user_id: userId, up_to_seq: upToSeq, after_seq, members } = outcome;
  const delivered = { conversationId, userId, upToSeq, deliveredAt };
  if (members <= TELL_ALL_MEMBERS) {
    live.messagesDelivered(delivered);
    return;
  }
  const senders = await database.query(sendersOf, [conversationId, after_seq, upToSeq, userId]);
  for (const { sender_id } of senders) live.messagesDeliveredTo(sender_id, delivered);
}
