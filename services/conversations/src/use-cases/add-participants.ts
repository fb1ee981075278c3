import { commitChange } from '../commit-change.ts';
import type { Context, Input, Output } from '../context.ts';
import { addToGroup } from '../domain/group-rules.ts';

/**
 * Adds users to a group. Participants who are named again stay as they are.
 *
 * @throws VestnikError `forbidden` to all but the owner, `invalid` for a direct conversation or beyond the group's size.
 */
export async function addParticipants(
  context: Context,
  input: Input<'addParticipants'>,
): Promise<Output<'addParticipants'>> {
  const conversation = await commitChange(context, input, (before) =>
    addToGroup(before, input.user_id, input.participant_ids, context.groupSize),
  );
  return { conversation };
}
