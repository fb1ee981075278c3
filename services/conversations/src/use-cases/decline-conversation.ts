import { commitChange } from '../commit-change.ts';
import type { Context, Input, Output } from '../context.ts';
import { requireInvited } from '../domain/access.ts';
import { decline } from '../domain/consent.ts';

/**
 * Declines the caller's invitation. For 30 days nobody invites the caller again. Declining again changes nothing.
 *
 * @throws VestnikError `forbidden` to users who are not invited, `conflict` to participants.
 */
export async function declineConversation(
  context: Context,
  { user_id, conversation_id }: Input<'declineConversation'>,
): Promise<Output<'declineConversation'>> {
  const conversation = await commitChange(context, conversation_id, user_id, (before) => {
    requireInvited(before, user_id);
    return decline(before, user_id);
  });
  return { conversation };
}
