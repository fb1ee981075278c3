import type { Context, Input, Output } from '../context.ts';
import { requireParticipant } from '../domain/access.ts';
import { fromRow } from '../store/conversation-row.ts';
import { visibleConversations } from '../store/statements.ts';

/**
 * One conversation.
 *
 * @throws VestnikError `forbidden` for who is not in it, whether or not it exists.
 */
export async function getConversation(
  { database }: Context,
  { user_id, conversation_id }: Input<'get'>,
): Promise<Output<'get'>> {
  const [row] = await database.query(visibleConversations, [[conversation_id], user_id]);
  const conversation = row && fromRow(row);
  requireParticipant(conversation, user_id);
  return { conversation };
}
