import { LockMode } from '@mikro-orm/core';
import type { Conversation } from '@vestnik/contracts';
import { addEvent } from '@vestnik/outbox';
import type { Context } from './context.ts';
import { requireParticipant } from './domain/access.ts';
import { applyChange, type Change } from './domain/change.ts';
import type { MembershipEvent } from './domain/membership-event.ts';
import { fromRecords } from './store/conversation-row.ts';
import { conversationEntity, participantEntity } from './store/schema.ts';
import { addParticipants } from './store/unit-of-work.ts';

/** Returns the change of a conversation, undefined for none, or throws a refusal. */
type Rule = (conversation: Conversation) => Change | undefined;

/**
 * Changes one conversation: locks it, asks the rule, commits the change together with its event, and publishes the event.
 * Changes of one conversation wait for each other
 * before they take a connection.
 *
 * @param rule is asked for participants only
 * @throws VestnikError `forbidden` to users who are not in the conversation, whether or not it exists; refusals of the rule
 *   and of the queue.
 */
export function commitChange(
  context: Context,
  asked: { user_id: number; conversation_id: number },
  rule: Rule,
): Promise<Conversation> {
  return context.changes.run(`conversation ${asked.conversation_id}`, () => change(context, asked, rule));
}

async function change(
  { database, outbox }: Context,
  { user_id, conversation_id }: { user_id: number; conversation_id: number },
  rule: Rule,
): Promise<Conversation> {
  const { conversation, row } = await database.unitOfWork(async (em) => {
    const record = await em.findOne(
      conversationEntity,
      { id: conversation_id },
      { lockMode: LockMode.PESSIMISTIC_WRITE },
    );
    const participants = record
      ? await em.find(participantEntity, { conversation_id }, { orderBy: { position: 'asc' } })
      : [];
    const before = record ? fromRecords(record, participants) : undefined;
    requireParticipant(before, user_id);
    const change = rule(before);
    if (!record || !change) return { conversation: before };

    const at = new Date();
    const conversation = applyChange(before, change, at);
    em.assign(record, { name: change.name, owner_id: change.owner_id, version: conversation.version, updated_at: at });
    const left = new Set(change.left);
    for (const participant of participants) if (left.has(participant.user_id)) em.remove(participant);
    addParticipants(em, conversation_id, change.joined, (participants.at(-1)?.position ?? 0) + 1, at);
    const { joined } = change;
    const row = await addEvent<MembershipEvent>(em, { conversation, joined, left: change.left, updated: true });
    return { conversation, row };
  });
  if (row) {
    void outbox.publishNow(row);
  }
  return conversation;
}
