import { type EndpointData, type messagesEndpoints, VestnikError } from '@vestnik/contracts';
import { isoTime } from '@vestnik/database';
import type { Context } from '../context.ts';
import { forbidden } from '../domain/access.ts';
import { requireMember } from '../membership.ts';
import { moveMarker, newestOf } from '../store/markers.ts';

/**
 * Moves the reader's marker forward and tells the others, also when it stood there: who asks again may have got no answer,
 * and the others no news; and a message of one's own moves the marker without a word.
 */
export async function markRead(
  context: Context,
  input: EndpointData<typeof messagesEndpoints.markRead>,
): Promise<{ up_to_seq: number; unread_count: number }> {
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

/** The furthest of the named messages, all of which must be of that conversation. */
async function seqOf(context: Context, userId: number, conversationId: number, messageIds: number[]): Promise<number> {
  const distinct = new Set(messageIds);
  await requireMember(context, userId, conversationId);
  const [newest] = await context.database.query(newestOf, [[...distinct], conversationId]);
  if (!newest || newest.seq === null || newest.found < distinct.size) {
    throw new VestnikError('forbidden', 'messageIds names a message that is not in this conversation');
  }
  return newest.seq;
}

async function move(context: Context, userId: number, conversationId: number, seq: number) {
  const ask = () => context.database.query(moveMarker, [userId, conversationId, seq]);
  let [marker] = await ask();
  if (!marker) {
    await requireMember(context, userId, conversationId);
    [marker] = await ask();
  }
  if (!marker) throw forbidden();
  return marker;
}
