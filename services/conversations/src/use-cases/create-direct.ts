import type { Conversation } from '@vestnik/contracts';
import { isUniqueViolation } from '@vestnik/database';
import { acceptInvitation } from '../accept-invitation.ts';
import { commitChange } from '../commit-change.ts';
import { commitCreation } from '../commit-creation.ts';
import type { Context, Input, Output } from '../context.ts';
import { countStrangers } from '../count-strangers.ts';
import { type Created, createOnce, type Keep } from '../create-once.ts';
import { isInvited, requireParticipant } from '../domain/access.ts';
import { inviteAgain, mayInviteAgain } from '../domain/consent.ts';
import { type DirectPair, pairOf } from '../domain/direct-pair.ts';
import { enforceSevering } from '../enforce-severing.ts';
import { readRelations, requireAllowed } from '../relations.ts';
import { fromRow } from '../store/conversation-row.ts';
import { findInvitation } from '../store/invitations.ts';
import * as statements from '../store/statements.ts';

/**
 * Finds or creates the one direct conversation of a pair. Where both users create it at the same time, the database keeps
 * the first, and both get it. Where the other user has to accept first, it begins as `pending`. A user who was invited by the
 * other accepts by this.
 *
 * @throws VestnikError `invalid` for one user twice, `forbidden` with a reason where the decision refuses; refusals of the
 *   quotas.
 */
export async function createDirect(context: Context, input: Input<'createDirect'>): Promise<Output<'createDirect'>> {
  const pair = pairOf(input.user_id, input.participant_id);
  return createOnce(context, input.user_id, input.once, (keep) => findOrCreate(context, input, pair, keep));
}

async function findOrCreate(
  context: Context,
  input: Input<'createDirect'>,
  pair: DirectPair,
  keep: Keep,
): Promise<Created> {
  const found = await findDirect(context, pair);
  if (found) return keepFound(context, await revive(context, input, found), keep);
  const created = await create(context, input, pair, keep);
  if (created) return created;
  const conversation = await findDirect(context, pair);
  if (!conversation) throw new Error('The pair has a direct conversation that cannot be read');
  return keepFound(context, await revive(context, input, conversation), keep);
}

/** Creates the conversation; undefined where the other user has created it at the same moment. */
async function create(
  context: Context,
  input: Input<'createDirect'>,
  pair: DirectPair,
  keep: Keep,
): Promise<Created | undefined> {
  const { user_id, participant_id } = input;
  const relations = await readRelations(context, input, [participant_id]);
  const decision = relations.decide(participant_id, 'direct');
  requireAllowed(context, decision);
  const isInviting = decision === 'ask';
  const strangers = await countStrangers(context, user_id, relations, [participant_id]);
  try {
    const created = await commitCreation(
      context,
      {
        creatorId: user_id,
        strangers,
        type: 'direct',
        name: null,
        owner_id: null,
        company_id: null,
        state: isInviting ? 'pending' : 'active',
        participants: [user_id, participant_id],
        invited: isInviting ? [{ user_id: participant_id, invited_by: user_id }] : [],
        pair,
      },
      keep,
    );
    await enforceSevering(context, relations.companyId, [relations.companyOf(participant_id)]);
    return created;
  } catch (error) {
    if (!isUniqueViolation(error, 'conversations_direct_pair')) throw error;
    return undefined;
  }
}

/** Brings a conversation that nothing passes through into the state that the caller's request gives it. */
async function revive(
  context: Context,
  { user_id }: Input<'createDirect'>,
  conversation: Conversation,
): Promise<Conversation> {
  if (isInvited(conversation, user_id)) return acceptInvitation(context, { user_id, conversation_id: conversation.id });
  const [invited] = conversation.invited ?? [];
  if (!invited || conversation.state !== 'declined') return conversation;
  const [invitation] = await context.database.query(findInvitation, [conversation.id, invited.user_id]);
  if (!mayInviteAgain(invitation?.declined_at ? new Date(invitation.declined_at) : null, new Date()))
    return conversation;
  requireAllowed(
    context,
    (await readRelations(context, { user_id }, [invited.user_id])).decide(invited.user_id, 'direct'),
  );
  return commitChange(context, conversation.id, user_id, (before) => {
    requireParticipant(before, user_id);
    return inviteAgain(before);
  });
}

async function keepFound({ database }: Context, conversation: Conversation, keep: Keep): Promise<Created> {
  const kept = await database.unitOfWork((em) => keep(em, conversation.id, false));
  return { conversation, created: false, kept };
}

async function findDirect({ database }: Context, { low, high }: DirectPair): Promise<Conversation | undefined> {
  const [row] = await database.query(statements.findDirect, [low, high]);
  return row && fromRow(row);
}
