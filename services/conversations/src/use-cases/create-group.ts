import { commitCreation } from '../commit-creation.ts';
import type { Context, Input, Output } from '../context.ts';
import { createOnce } from '../create-once.ts';
import { participantsOfGroup } from '../domain/group-rules.ts';

/**
 * Creates a group. The caller is its owner and its first participant.
 *
 * @throws VestnikError `invalid` beyond the group's size, or without a participant besides the owner.
 */
export async function createGroup(
  context: Context,
  { user_id, name, participant_ids, once }: Input<'createGroup'>,
): Promise<Output<'createGroup'>> {
  const participants = participantsOfGroup(user_id, participant_ids, context.groupSize);
  const { conversation, kept } = await createOnce(context, user_id, once, (keep) =>
    commitCreation(context, { type: 'group', name, owner_id: user_id, participants }, keep),
  );
  return { conversation, kept };
}
