import { VestnikError } from '@vestnik/contracts';
import { isoTime, isoTimeOrNull } from '@vestnik/database';
import type { Context, Input, Output } from '../context.ts';
import { forbidden } from '../domain/access.ts';
import { requireMember } from '../membership.ts';
import { moveMarker, newestOf } from '../store/markers.ts';

/**
 * Moves the reader's marker forward and notifies the others, with the values of the history. A reading that changes nothing
 * makes no event. The reply has the time at which the first reader had come that far.
 *
 * @throws VestnikError `forbidden` for a conversation that the reader is not in, or a message that is not in it.
 */
export async function markRead(context: Context, input: Input<'markRead'>): Promise<Output<'markRead'>> {
  const { user_id, conversation_id, message_ids = [], session_id } = input;
  const wanted = input.up_to_seq ?? (await seqOf(context, user_id, conversation_id, message_ids));
  const marker = await move(context, user_id, conversation_id, wanted);
  if (marker.announced_seq !== null && marker.read_at !== null) {
    context.live.messagesRead({
      conversationId: conversation_id,
      userId: user_id,
      messageIds: message_ids,
      upToSeq: marker.announced_seq,
      readAt: isoTime(marker.read_at),
      exceptSessionId: session_id,
    });
  }
  return {
    up_to_seq: marker.up_to_seq,
    read_at: isoTimeOrNull(marker.read_at),
    unread_count: marker.unread_count,
  };
}

/** Returns the highest `seq` of the named messages, all of which have to be in the conversation. */
async function seqOf(
  context: Context,
  userId: number,
  conversationId: number,
  messageIds: readonly number[],
): Promise<number> {
  const distinct = new Set(messageIds);
  const hiddenSeq = await requireMember(context, userId, conversationId);
  const [newest] = await context.database.query(newestOf, [[...distinct], conversationId, hiddenSeq]);
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
