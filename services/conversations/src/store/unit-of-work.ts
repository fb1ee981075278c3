import type { Database } from '@vestnik/database';
import { type OutboxRow, outboxEntity } from '@vestnik/outbox';
import type { MembershipEvent } from '../membership-event.ts';
import { participantEntity } from './schema.ts';

type EntityManager = ReturnType<Database['em']>;

/** Adds people to a conversation in the order given, the first at `firstPosition`. */
export function addPeople(
  em: EntityManager,
  conversationId: number,
  userIds: readonly number[],
  firstPosition: number,
  at: Date,
): void {
  userIds.forEach((user_id, index) => {
    const position = firstPosition + index;
    em.persist(em.create(participantEntity, { conversation_id: conversationId, user_id, position, joined_at: at }));
  });
}

/** Writes everything that the unit of work holds, and the event that tells of it, into the transaction. */
export async function addEvent(em: EntityManager, payload: MembershipEvent): Promise<OutboxRow> {
  const event = em.create(outboxEntity, { payload });
  await em.persist(event).flush();
  return { id: event.id, payload };
}
