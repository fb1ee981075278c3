import type { Delivery } from '@vestnik/contracts';
import type { Context } from './context.ts';
import type { MessagesDelivered } from './live/live-events.ts';
import { type MarkedDelivery, moveDelivered, sendersOfRange } from './store/markers.ts';

/**
 * In a conversation with more members than this, only senders get delivery receipts of their messages. Receipts of every
 * device to every member would grow with the square of the members.
 */
const NOTIFY_ALL_MEMBERS = 50;

/**
 * Moves delivered markers, many in one statement, and notifies the others of each marker that moved. Returns the deliveries
 * whose marker another transaction holds; they have to be reported again.
 */
export async function moveDeliveredMarkers(context: Context, deliveries: readonly Delivery[]): Promise<Delivery[]> {
  const outcomes = await context.database.query(moveDelivered, [JSON.stringify(deliveries), NOTIFY_ALL_MEMBERS]);
  const moved = outcomes.filter((outcome) => outcome.moved);
  const deliveredAt = new Date().toISOString();
  for (const outcome of moved) {
    if (!outcome.is_large) context.live.messagesDelivered(toDelivered(outcome, deliveredAt));
  }
  const large = moved.filter((outcome) => outcome.is_large);
  for (const [conversationId, own] of Map.groupBy(large, (outcome) => outcome.conversation_id)) {
    await notifySenders(context, conversationId, own, deliveredAt);
  }
  return outcomes.filter((outcome) => !outcome.moved).map(toDelivery);
}

/** Notifies the senders of the delivered range, each in one event of all other members. */
async function notifySenders(
  { database, live }: Context,
  conversationId: number,
  outcomes: readonly MarkedDelivery[],
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

function toDelivered({ conversation_id, user_id, up_to_seq }: MarkedDelivery, deliveredAt: string): MessagesDelivered {
  return { conversationId: conversation_id, userId: user_id, upToSeq: up_to_seq, deliveredAt };
}

function toDelivery({ conversation_id, user_id, after_seq, up_to_seq }: MarkedDelivery): Delivery {
  return { conversation_id, user_id, after_seq, up_to_seq };
}
