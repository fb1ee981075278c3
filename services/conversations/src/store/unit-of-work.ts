import type { Database } from '@vestnik/database';
import { type OutboxRow, outboxEntity } from '@vestnik/outbox';
import type { MembershipEvent } from '../domain/membership-event.ts';
import { participantEntity } from './schema.ts';

type EntityManager = ReturnType<Database['em']>;

/** Adds participants to a conversation in the order given, the first at `firstPosition`. */
export function addParticipants(
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

/** Writes the whole unit of work, and the event of its change, into the transaction. */
export async function addEvent(em: EntityManager, payload: MembershipEvent): Promise<OutboxRow> {
  const event = em.create(outboxEntity, { payload });
  await em.persist(event).flush();
  return { id: event.id, payload };
}
