import { LockMode } from '@mikro-orm/core';
import type { Conversation } from '@vestnik/contracts';
import { addEvent } from '@vestnik/outbox';
import type { Context } from './context.ts';
import { applyChange, type Change } from './domain/change.ts';
import type { MembershipEvent } from './domain/membership-event.ts';
import { fromRecords } from './store/conversation-row.ts';
import { conversationEntity, invitationEntity } from './store/schema.ts';
import {
  addParticipants,
  departedAmong,
  type EntityManager,
  readParticipants,
  removeParticipants,
  saveInvitations,
} from './store/unit-of-work.ts';

/**
 * Returns the change of a conversation, undefined for none, or throws a refusal. It gets undefined where there is no
 * conversation, and has to refuse then.
 */
type Rule = (conversation: Conversation | undefined) => Change | undefined;

/** Counts a change against the quotas of the user who makes it, in its transaction. */
type Count = (em: EntityManager) => Promise<void>;

/**
 * Changes one conversation: locks it, asks the rule, commits the change together with its event, and publishes the event.
 * Changes of one conversation wait for each other before they take a connection.
 *
 * @param by the user who makes the change; null for the server
 * @throws VestnikError refusals of the rule, the quotas and the queue.
 */
export function commitChange(
  context: Context,
  conversationId: number,
  by: number | null,
  rule: Rule,
  count: Count = async () => {},
): Promise<Conversation> {
  return context.changes.run(`conversation ${conversationId}`, () => change(context, conversationId, by, rule, count));
}

async function change(
  { database, outbox, quotas }: Context,
  conversation_id: number,
  by: number | null,
  rule: Rule,
  count: Count,
): Promise<Conversation> {
  const { conversation, row } = await database.unitOfWork(async (em) => {
    const record = await em.findOne(
      conversationEntity,
      { id: conversation_id },
      { lockMode: LockMode.PESSIMISTIC_WRITE },
    );
    const { lastPosition, ...participation } = await readParticipants(em, conversation_id);
    const invitations = record ? await em.find(invitationEntity, { conversation_id }) : [];
    const before = record ? fromRecords(record, participation, invitations) : undefined;
    const change = rule(before);
    if (!before) throw new Error('a change of no conversation was not refused');
    if (!record || !change) return { conversation: before };

    const at = new Date();
    const returning = await departedAmong(em, conversation_id, change.joined);
    const conversation = applyChange(before, change, at, returning);
    const { name, owner_id, company_id, state } = change;
    em.assign(record, { name, owner_id, company_id, state, version: conversation.version, updated_at: at });
    await removeParticipants(em, conversation_id, change.left);
    const { historyFromJoin } = change;
    const { returned = [] } = conversation;
    addParticipants(em, conversation_id, change.joined, lastPosition + 1, at, { historyFromJoin, returned });
    saveInvitations(em, conversation_id, invitations, change, at);
    const row = await addEvent<MembershipEvent>(em, {
      conversation,
      joined: change.joined,
      left: change.left,
      act: { by, renamed: name !== before.name },
      invited: change.invited.map(({ user_id }) => user_id),
      uninvited: change.uninvited.userIds.filter((userId) => !change.joined.includes(userId)),
      needs_owner: before.owner_id !== null && owner_id === null && conversation.participants.length > 0,
      updated: true,
    });
    await quotas.requireRoom(em, change.joined);
    await count(em);
    await quotas.countGroup(em, conversation, before.participants.length, conversation.participants.length);
    return { conversation, row };
  });
  if (row) {
    void outbox.publishNow(row);
  }
  return conversation;
}
