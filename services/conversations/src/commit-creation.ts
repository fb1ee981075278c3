import type { Conversation, KeptCreation } from '@vestnik/contracts';
import { addEvent } from '@vestnik/outbox';
import type { Context } from './context.ts';
import type { Keep } from './create-once.ts';
import type { DirectPair } from './domain/direct-pair.ts';
import type { MembershipEvent } from './domain/membership-event.ts';
import { conversationEntity } from './store/schema.ts';
import { addParticipants, saveInvitations } from './store/unit-of-work.ts';

/**
 * A conversation that does not exist yet; `pair` is that of a direct conversation. Its `participants` are both of the pair, also
 * where one of them is invited first. Those of a group are the ones who join at once.
 */
export interface NewConversation
  extends Pick<Conversation, 'type' | 'name' | 'owner_id' | 'company_id' | 'state' | 'participants' | 'invited'> {
  pair?: DirectPair;
  creatorId: number;
  /** How many of the others are strangers to the creator. */
  strangers: number;
}

/**
 * Commits a new conversation together with its participants, its event and its key, and publishes the event.
 *
 * @throws VestnikError refusals of the quotas.
 */
export async function commitCreation(
  { database, outbox, quotas }: Pick<Context, 'database' | 'outbox' | 'quotas'>,
  { creatorId, strangers, type, name, owner_id, company_id, state, participants, invited = [], pair }: NewConversation,
  keep: Keep,
): Promise<{ conversation: Conversation; created: true; kept: KeptCreation | undefined }> {
  const { conversation, kept, row } = await database.unitOfWork(async (em) => {
    await quotas.countCreation(em, creatorId);
    await quotas.countStrangers(em, creatorId, strangers);
    const at = new Date();
    const columns = { type, name, owner_id, company_id, state, version: 1 };
    const record = em.create(conversationEntity, {
      ...columns,
      direct_low: pair?.low ?? null,
      direct_high: pair?.high ?? null,
      created_at: at,
      updated_at: at,
    });
    await em.persist(record).flush();
    const kept = await keep(em, record.id, true);
    const waiting = new Set(invited.map(({ user_id }) => user_id));
    const joined = participants.filter((userId) => !waiting.has(userId));
    addParticipants(em, record.id, joined, 1, at);
    saveInvitations(em, record.id, [], { invited, joined: [], uninvited: { userIds: [], declined: false } }, at);
    const time = at.toISOString();
    const conversation: Conversation = {
      id: record.id,
      ...columns,
      participants,
      ...(invited.length > 0 && { invited }),
      created_at: time,
      updated_at: time,
    };
    const row = await addEvent<MembershipEvent>(em, {
      conversation,
      joined,
      left: [],
      act: { by: creatorId, renamed: false },
      invited: [...waiting],
      updated: false,
    });
    await quotas.requireRoom(em, joined, creatorId);
    await quotas.countGroup(em, conversation, 0, joined.length);
    return { conversation, kept, row };
  });
  void outbox.publishNow(row);
  return { conversation, created: true, kept };
}
