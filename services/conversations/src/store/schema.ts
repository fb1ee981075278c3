import { defineEntity, type InferEntity, p } from '@mikro-orm/core';
import type { Conversation, ConversationState } from '@vestnik/contracts';
import { identity, type Schema } from '@vestnik/database';
import { outboxEntity } from '@vestnik/outbox';
import { relationEntities } from '@vestnik/relations';

/**
 * A conversation without its participants. A direct conversation keeps its pair in `direct_low` and `direct_high`, and has
 * neither name nor owner. A group has a name, and an owner while it has participants.
 */
export const conversationEntity = defineEntity({
  name: 'Conversation',
  tableName: 'conversations',
  properties: {
    id: identity(),
    type: p.text().$type<Conversation['type']>(),
    name: p.text().nullable(),
    owner_id: p.bigint('number').nullable(),
    direct_low: p.bigint('number').nullable(),
    direct_high: p.bigint('number').nullable(),
    version: p.integer().check('version > 0'),
    created_at: p.datetime(3),
    updated_at: p.datetime(3),
    company_id: p.bigint('number').nullable(),
    state: p.text().$type<ConversationState>().default('active'),
  },
  indexes: [{ name: 'conversations_of_company', properties: ['company_id'] }],
  uniques: [{ name: 'conversations_direct_pair', properties: ['direct_low', 'direct_high'] }],
  checks: [
    {
      name: 'conversations_type',
      expression: `case type
        when 'direct' then coalesce(direct_low < direct_high, false) and name is null and owner_id is null
        when 'group' then direct_low is null and direct_high is null and name is not null
        else false
      end`,
    },
  ],
});

/** One participant of one conversation. `position` grows with each participant, so it is the order of joining. */
export const participantEntity = defineEntity({
  name: 'Participant',
  tableName: 'participants',
  properties: {
    conversation_id: () =>
      p
        .manyToOne(conversationEntity)
        .mapToPk()
        .primary()
        .fieldName('conversation_id')
        .foreignKeyName('participants_conversation_id_fkey'),
    user_id: p.bigint('number').primary(),
    position: p.integer(),
    joined_at: p.datetime(3),
    /** The participant sees no message from before joining. */
    history_from_join: p.boolean().default(false),
    /** The version of the conversation in which the participant came back; null for one who never left. */
    returned_version: p.integer().nullable(),
  },
  indexes: [{ name: 'participants_of_user', properties: ['user_id', 'conversation_id'] }],
});

/** A user who has left a conversation at some time, also one who has come back since. */
export const departureEntity = defineEntity({
  name: 'Departure',
  tableName: 'departures',
  properties: { conversation_id: p.bigint('number').primary(), user_id: p.bigint('number').primary() },
});

/**
 * A user who has been invited into a conversation and has not accepted. Of a direct conversation the addressee is no participant
 * until then. One who has declined is not invited again for 30 days.
 */
export const invitationEntity = defineEntity({
  name: 'Invitation',
  tableName: 'invitations',
  properties: {
    conversation_id: () =>
      p
        .manyToOne(conversationEntity)
        .mapToPk()
        .primary()
        .fieldName('conversation_id')
        .foreignKeyName('invitations_conversation_id_fkey'),
    user_id: p.bigint('number').primary(),
    invited_by: p.bigint('number'),
    invited_at: p.datetime(3),
    declined_at: p.datetime(3).nullable(),
  },
  indexes: [{ name: 'invitations_of_user', properties: ['user_id', 'conversation_id'] }],
});

/** A creation under a key of the caller. `answer` is the first answer, null until it is known. Rows are kept for a day. */
export const creationEntity = defineEntity({
  name: 'Creation',
  tableName: 'creations',
  properties: {
    id: identity(),
    user_id: p.bigint('number'),
    key: p.text(),
    fingerprint: p.text(),
    conversation_id: p.bigint('number'),
    message_key: p.text(),
    created: p.boolean(),
    answer: p.text().nullable(),
    created_at: p.datetime(3),
  },
  uniques: [{ name: 'creations_key', properties: ['user_id', 'key'] }],
  indexes: [{ name: 'creations_created_at', properties: ['created_at'] }],
});

/** The use of an hourly quota by a user, and when its hour began. */
const quotaUseEntity = defineEntity({
  name: 'QuotaUse',
  tableName: 'quota_uses',
  properties: {
    user_id: p.bigint('number').primary(),
    quota: p.text().primary(),
    used: p.integer(),
    since: p.datetime(),
  },
});

/** How many groups with participants a company has. */
const companyUseEntity = defineEntity({
  name: 'CompanyUse',
  tableName: 'company_uses',
  properties: { company_id: p.bigint('number').primary().autoincrement(false), groups: p.integer() },
});

/** A row of conversations in the unit of work. */
export type ConversationRecord = InferEntity<typeof conversationEntity>;

/** A row of invitations in the unit of work. */
export type InvitationRecord = InferEntity<typeof invitationEntity>;

/** The schema of conversations. */
export const schema: Schema = {
  name: 'conversations',
  folder: new URL('../../', import.meta.url),
  entities: [
    conversationEntity,
    participantEntity,
    departureEntity,
    invitationEntity,
    creationEntity,
    ...relationEntities,
    quotaUseEntity,
    companyUseEntity,
    outboxEntity,
  ],
};
