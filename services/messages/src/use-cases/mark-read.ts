import { VestnikError } from '@vestnik/contracts';
import { isoTime } from '@vestnik/database';
import type { Context, Input, Output } from '../context.ts';
import { forbidden } from '../domain/access.ts';
import { requireMember } from '../membership.ts';
import { moveMarker, newestOf } from '../store/markers.ts';

/**
 * Moves the reader's marker forward and notifies the others, also when the marker stood there already. For a caller that
 * repeats may have got no reply, and the others no event. Besides, the reader's own message moves the marker without an
 * event.
 *
 * @throws VestnikError `forbidden` for a conversation that the reader is not in, or a message that is not in it.
 */
export async function markRead(context: Context, input: Input<'markRead'>): Promise<Output<'markRead'>> {
  const { user_id, conversation_id, message_ids = [], session_id } = input;
  const wanted = input.up_to_seq ?? (await seqOf(context, user_id, conversation_id, message_ids));
  const marker = await move(context, user_id, conversation_id, wanted);
  if (marker.read_at !== null) {
    context.live.messagesRead({
      conversationId: conversation_id,
      userId: user_id,
      messageIds: message_ids,
      upToSeq: marker.up_to_seq,
      readAt: isoTime(marker.read_at),
      exceptSessionId: session_id,
    });
  }
  return { up_to_seq: marker.up_to_seq, unread_count: marker.unread_count };
}

/** Returns the highest `seq` of the named messages, all of which have to be in the conversation. */
async function seqOf(
  context: Context,
  userId: number,
  conversationId: number,
  messageIds: readonly number[],
): Promise<number> {
  const distinct = new Set(messageIds);
  await requireMember(context, userId, conversationId);
  const [newest] = await context.database.query(newestOf, [[...distinct], conversationId]);
  if (!newest || newest.seq === null || newest.found < distinct.size) {
    throw new VestnikError('forbidden', 'messageIds names a message that is not in this conversation');
  }
  return newest.seq;
}

async function move(context: Context, userId: number, conversationId: number, seq: number) {
  const attempt = () => context.database.query(moveMarker, [userId, conversationId, seq]);
  let [marker] = await attempt();
  if (!marker) {
    await requireMember(context, userId, conversationId);
    [marker] = await attempt();
  }
  if (!marker) throw forbidden();
  return marker;
}
