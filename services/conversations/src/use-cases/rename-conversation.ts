import { commitChange } from '../commit-change.ts';
import type { Context, Input, Output } from '../context.ts';
import { renameGroup } from '../domain/group-rules.ts';

/**
 * Renames a group.
 *
 * @throws VestnikError `forbidden` to all but the owner and the admins of the group's company, `invalid` for a direct
 *   conversation.
 */
export async function renameConversation(
  context: Context,
  input: Input<'renameConversation'>,
): Promise<Output<'renameConversation'>> {
  const conversation = await commitChange(context, input.conversation_id, input.user_id, (before) =>
    renameGroup(before, input, input.name),
  );
  return { conversation };
}
