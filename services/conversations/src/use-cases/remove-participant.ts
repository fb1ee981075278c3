import { changeConversation } from '../change-conversation.ts';
import type { Context, Input, Output } from '../context.ts';
import * as rules from '../domain/group-rules.ts';

/**
 * Removes one person from a group: the owner anybody, everybody themselves. Who joined first of the others inherits.
 *
 * @throws VestnikError `forbidden` for all others, `not_found` for somebody who is not in it, `invalid` for a direct
 *   conversation.
 */
export async function removeParticipant(
  context: Context,
  input: Input<'removeParticipant'>,
): Promise<Output<'removeParticipant'>> {
  const conversation = await changeConversation(context, input, (before) =>
    rules.removeParticipant(before, input.user_id, input.participant_id),
  );
  return { conversation };
}
