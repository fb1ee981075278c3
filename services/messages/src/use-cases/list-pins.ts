import type { Context, Input, Output } from '../context.ts';
import { cutToLength } from '../domain/answer-size.ts';
import { requireMember } from '../membership.ts';
import { rowLength, toMessage } from '../store/message-row.ts';
import { pinnedMessages } from '../store/pins.ts';

/**
 * Returns pinned messages of a conversation behind the newest `skip` pins, the newest pin first, as many as fit.
 *
 * @throws VestnikError `forbidden` when the user is not in the conversation.
 */
export async function listPins(
  context: Context,
  { user_id, conversation_id, skip }: Input<'listPins'>,
): Promise<Output<'listPins'>> {
  const hiddenSeq = await requireMember(context, user_id, conversation_id);
  const rows = await context.database.queryRaw(pinnedMessages, [conversation_id, hiddenSeq, skip]);
  const { kept, cut } = cutToLength(rows, rowLength);
  return { messages: kept.map((row) => toMessage(row, conversation_id, row.at(-1) ?? null)), has_more: cut };
}
