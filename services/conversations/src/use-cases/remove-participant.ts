import { commitChange } from '../commit-change.ts';
import type { Context, Input, Output } from '../context.ts';
import { removeFromGroup } from '../domain/group-rules.ts';

/**
 * Removes a participant from a group. The owner may remove every participant, the others only themselves. When the owner
 * leaves, the participant who joined first becomes the owner.
 *
 * @throws VestnikError `forbidden` to all other users, `not_found` for a user who is not in the group, `invalid` for a
 *   direct conversation.
 */
export async function removeParticipant(
  context: Context,
  input: Input<'removeParticipant'>,
): Promise<Output<'removeParticipant'>> {
  const conversation = await commitChange(context, input, (before) =>
    removeFromGroup(before, input.user_id, input.participant_id),
  );
  return { conversation };
}
