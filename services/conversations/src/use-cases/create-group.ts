import { commitCreation } from '../commit-creation.ts';
import type { Context, Input, Output } from '../context.ts';
import { countStrangers } from '../count-strangers.ts';
import { createOnce } from '../create-once.ts';
import { participantsOfGroup } from '../domain/group-rules.ts';
import { enforceSevering } from '../enforce-severing.ts';
import { judgeAdditions } from '../judge-additions.ts';

/**
 * Creates a group. The caller is its owner and its first participant, and it belongs to the caller's company. Users who have to
 * accept first are invited.
 *
 * @throws VestnikError `invalid` beyond the group's size, or without a participant besides the owner; `forbidden` with a reason
 *   where the decision refuses one of the users; refusals of the quotas.
 */
export async function createGroup(context: Context, input: Input<'createGroup'>): Promise<Output<'createGroup'>> {
  const { user_id, name, participant_ids, once } = input;
  const everybody = participantsOfGroup(user_id, participant_ids, context.groupSize);
  const { conversation, kept } = await createOnce(context, user_id, once, async (keep) => {
    const { relations, joining, invited } = await judgeAdditions(context, input, everybody.slice(1), []);
    const strangers = await countStrangers(context, user_id, relations, everybody.slice(1));
    const created = await commitCreation(
      context,
      {
        creatorId: user_id,
        strangers,
        type: 'group',
        name,
        owner_id: user_id,
        company_id: relations.companyId,
        state: 'active',
        participants: [user_id, ...joining],
        invited: invited.map((userId) => ({ user_id: userId, invited_by: user_id })),
      },
      keep,
    );
    await enforceSevering(context, relations.companyId, everybody.slice(1).map(relations.companyOf));
    return created;
  });
  return { conversation, kept };
}
