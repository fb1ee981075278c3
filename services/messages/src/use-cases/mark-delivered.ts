import type { Delivery } from '@vestnik/contracts';
import type { Context } from '../context.ts';
import type { MessagesDelivered } from '../live/live-events.ts';
import { type MovedDelivery, moveDelivered, sendersOfRange } from '../store/markers.ts';

/**
 * In a conversation with more members than this only those whose messages were delivered are told of it: telling
 * everybody of everybody's device grows with the square of the members.
 */
const TELL_ALL_MEMBERS = 50;

/** Moves delivered markers, many in one statement, and tells the others of each one that moved. */
export async function markDelivered(
  context: Context,
  { deliveries }: { deliveries: Delivery[] },
): Promise<{ again: Delivery[] }> {
  const outcomes = await context.database.query(moveDelivered, [JSON.stringify(deliveries), TELL_ALL_MEMBERS]);
  const moved = outcomes.filter((outcome) => outcome.moved);
  const deliveredAt = new Date().toISOString();
  for (const outcome of moved) {
    if (!outcome.is_large) context.live.messagesDelivered(toDelivered(outcome, deliveredAt));
  }
  const large = moved.filter((outcome) => outcome.is_large);
  for (const [conversationId, own] of Map.groupBy(large, (outcome) => outcome.conversation_id)) {
    await tellSenders(context, conversationId, own, deliveredAt);
  }
  const again = outcomes
    .filter((outcome) => !outcome.moved)
    .map(({ conversation_id, user_id, after_seq, up_to_seq }) => ({ conversation_id, user_id, after_seq, up_to_seq }));
  return { again };
}

/** Tells those who wrote in the stretch that was delivered, each of everybody else, in one event. */
async function tellSenders(
  { database, live }: Context,
  conversationId: number,
  outcomes: MovedDelivery[],
  deliveredAt: string,
): Promise<void> {
  const afterSeq = Math.min(...outcomes.map((outcome) => outcome.after_seq));
  const upToSeq = Math.max(...outcomes.map((outcome) => outcome.up_to_seq));
  const senders = await database.query(sendersOfRange, [conversationId, afterSeq, upToSeq]);
  live.messagesDeliveredTo(
    senders.map(({ sender_id }) => sender_id),
    outcomes.map((outcome) => toDelivered(outcome, deliveredAt)),
  );
}

function toDelivered({ conversation_id, user_id, up_to_seq }: MovedDelivery, deliveredAt: string): MessagesDelivered {
  return { conversationId: conversation_id, userId: user_id, upToSeq: up_to_seq, deliveredAt };
}
