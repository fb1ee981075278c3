import type { Conversation } from '@vestnik/contracts';
import { commitChange } from '../commit-change.ts';
import { companiesIn } from '../companies-in.ts';
import type { Context, Input, Output } from '../context.ts';
import { countStrangers } from '../count-strangers.ts';
import { INVITE_AGAIN_MS } from '../domain/consent.ts';
import { addToGroup } from '../domain/group-rules.ts';
import { enforceSevering } from '../enforce-severing.ts';
import { historyFromJoin } from '../history-from-join.ts';
import { judgeAdditions } from '../judge-additions.ts';
import { mayInvite } from '../may-invite.ts';
import { requireAllowed } from '../relations.ts';
import { fromRow } from '../store/conversation-row.ts';
import { findDeclined } from '../store/invitations.ts';
import { copyConversations } from '../store/statements.ts';

/**
 * Adds users to a group. Participants who are named again stay as they are. Users who have to accept first are invited.
 *
 * @throws VestnikError `forbidden` to users who may not add people, and with a reason where the decision or a policy refuses;
 *   `invalid` for a direct conversation or beyond the group's size; refusals of the quotas.
 */
export async function addParticipants(
  context: Context,
  input: Input<'addParticipants'>,
): Promise<Output<'addParticipants'>> {
  const { user_id, conversation_id, participant_ids } = input;
  const [row] = await context.database.query(copyConversations, [[conversation_id]]);
  const group = row && fromRow(row);
  const isIn = group?.type === 'group' && group.participants.includes(user_id);
  const isManaged = input.is_admin && group?.company_id === input.company_id;
  // Of a group that the user may not change nothing else is found out.
  const judged = group && (isIn || isManaged) ? await judge(context, input, group) : undefined;
  const added = judged?.added ?? { joining: participant_ids, invited: [] };
  const conversation = await commitChange(
    context,
    conversation_id,
    user_id,
    (before) => addToGroup(before, input, added, context.groupSize, judged?.isInviting ?? false),
    (em) => context.quotas.countStrangers(em, user_id, judged?.strangers ?? 0),
  );
  if (judged) await enforceSevering(context, judged.companyIds[0] ?? null, judged.companyIds);
  return { conversation };
}

async function judge(context: Context, input: Input<'addParticipants'>, group: Conversation) {
  const present = new Set(group.participants);
  const userIds = input.participant_ids.filter((userId) => !present.has(userId));
  const companyOf = await companiesIn(context, group.id);
  const additions = await judgeAdditions(context, input, userIds, [...companyOf.values()]);
  const { relations } = additions;
  const added = {
    ...additions,
    historyFromJoin: await historyFromJoin(context, group, userIds, relations.companyOf),
  };
  const colleagues = userIds.filter((userId) => relations.companyOf(userId) === group.company_id);
  const isInviting = await mayInvite(context, input, group, relations, userIds);
  const since = new Date(Date.now() - INVITE_AGAIN_MS).toISOString();
  const declined = await context.database.query(findDeclined, [group.id, added.invited, since]);
  if (declined.length > 0) requireAllowed(context, 'pending');
  const strangers = await countStrangers(context, input.user_id, relations, userIds);
  return {
    added: { ...added, colleagues },
    isInviting,
    strangers,
    companyIds: [...companyOf.values(), ...userIds.map(relations.companyOf)],
  };
}
