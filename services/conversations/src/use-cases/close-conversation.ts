import { commitChange } from '../commit-change.ts';
import type { Context, Input, Output } from '../context.ts';
import { closeGroup } from '../domain/group-rules.ts';

/**
 * Closes a group: all participants leave.
 *
 * @throws VestnikError `forbidden` to all but the owner and the admins of the group's company, `invalid` for a direct
 *   conversation.
 */
export async function closeConversation(
  context: Context,
  input: Input<'closeConversation'>,
): Promise<Output<'closeConversation'>> {
  const conversation = await commitChange(context, input.conversation_id, input.user_id, (before) =>
    closeGroup(before, input),
  );
  return { conversation };
}
