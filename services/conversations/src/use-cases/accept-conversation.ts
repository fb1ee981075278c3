import { acceptInvitation } from '../accept-invitation.ts';
import type { Context, Input, Output } from '../context.ts';

/**
 * Accepts the caller's invitation into a conversation. Accepting again changes nothing.
 *
 * @throws VestnikError `forbidden` to users who are not invited, and with a reason where the decision refuses by now.
 */
export async function acceptConversation(
  context: Context,
  input: Input<'acceptConversation'>,
): Promise<Output<'acceptConversation'>> {
  return { conversation: await acceptInvitation(context, input) };
}
