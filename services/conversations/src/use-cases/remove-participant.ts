import { commitChange } from '../commit-change.ts';
import { companiesIn } from '../companies-in.ts';
import type { Context, Input, Output } from '../context.ts';
import { removeFromGroup } from '../domain/group-rules.ts';
import { mayRestrict } from '../relations.ts';

/**
 * Removes a participant from a group. The owner and the admins of the group's company may remove every participant, the others
 * only themselves. When the owner leaves, the participant of the group's company who joined first becomes the owner.
 *
 * @throws VestnikError `forbidden` to all other users, `not_found` for a user who is not in the group, `invalid` for a
 *   direct conversation.
 */
export async function removeParticipant(
  context: Context,
  input: Input<'removeParticipant'>,
): Promise<Output<'removeParticipant'>> {
  const [companyOf, isRestricted] = await Promise.all([
    companiesIn(context, input.conversation_id),
    mayRestrict(context),
  ]);
  const conversation = await commitChange(context, input.conversation_id, input.user_id, (before) =>
    removeFromGroup(before, input, input.participant_id, { companyOf, trustsUnknown: !isRestricted }),
  );
  return { conversation };
}
