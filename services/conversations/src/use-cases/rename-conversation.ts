import { changeConversation } from '../change-conversation.ts';
import type { Context, Input, Output } from '../context.ts';
import { rename } from '../domain/group-rules.ts';

/**
 * Renames a group.
 *
 * @throws VestnikError `forbidden` for all but the owner, `invalid` for a direct conversation.
 */
export async function renameConversation(
  context: Context,
  input: Input<'renameConversation'>,
): Promise<Output<'renameConversation'>> {
  const conversation = await changeConversation(context, input, (before) => rename(before, input.user_id, input.name));
  return { conversation };
}
