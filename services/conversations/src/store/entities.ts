import { defineEntity, type InferEntity, p } from '@mikro-orm/core';
import type { Conversation } from '@vestnik/contracts';
import { outboxEntity } from '@vestnik/outbox';

/** A conversation without its people. The pair is that of a direct conversation, null for a group. */
export const conversationEntity = defineEntity({
  name: 'Conversation',
  tableName: 'conversations',
  properties: {
    id: p.bigint('number').primary().autoincrement(),
    type: p.string().$type<Conversation['type']>(),
    name: p.text().nullable(),
    owner_id: p.bigint('number').nullable(),
    version: p.integer(),
    created_at: p.datetime(3),
    updated_at: p.datetime(3),
  },
});

/** One person in one conversation. `position` grows with every one who joins, so it is the order of joining. */
export const participantEntity = defineEntity({
  name: 'Participant',
  tableName: 'participants',
  properties: {
    conversation_id: p.bigint('number').primary(),
    user_id: p.bigint('number').primary(),
    position: p.integer(),
    joined_at: p.datetime(3),
  },
});

/** Everything that the unit of work of this schema knows. */
export const entities = [conversationEntity, participantEntity, outboxEntity];

/** A row of conversations in the unit of work. */
export type ConversationRecord = InferEntity<typeof conversationEntity>;

/** A row of participants in the unit of work. */
export type ParticipantRecord = InferEntity<typeof participantEntity>;
