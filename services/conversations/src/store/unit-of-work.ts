import type { Database } from '@vestnik/database';
import { participantEntity } from './schema.ts';

/** A unit of work of this schema. */
export type EntityManager = ReturnType<Database['em']>;

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
