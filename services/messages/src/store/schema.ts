import { defineEntity, type InferEntity, p } from '@mikro-orm/core';
import type { Attachment, Conversation, ConversationState, Mentions, MessageType } from '@vestnik/contracts';
import { locksEntity, type Schema } from '@vestnik/database';
import { outboxEntity } from '@vestnik/outbox';
import { relationEntities } from '@vestnik/relations';
import { searchEntities, searchStorage } from './search-schema.ts';

const bigint = () => p.bigint('number');

/** The 64-bit id of a transaction. Statements compare it; the unit of work neither reads nor writes it. */
const transaction = () => p.string().columnType('xid8').lazy();

/** A `timestamptz` with its microseconds, which a `Date` of the unit of work does not have. */
const moment = () => p.datetime(6);

/**
 * The order of a conversation, and the version in which its membership was copied. A row exists for every conversation
 * that this service knows.
 */
const conversationEntity = defineEntity({
  name: 'Conversation',
  tableName: 'conversations',
  properties: {
    id: bigint().primary().autoincrement(false),
    version: p.integer(),
    /** The `seq` of the newest message; 0 before the first. */
    seq: bigint().defaultRaw('0'),
    /** The sender of the newest message. */
    last_sender_id: bigint().nullable(),
    /** A user other than the sender has read up to here. */
    first_read_seq: bigint().defaultRaw('0'),
    /** When the newest message was stored; before the first, when the conversation was created. */
    activity_at: moment(),
    /** Null where the conversation was copied by an older release. */
    type: p.text().$type<Conversation['type']>().nullable(),
    state: p.text().$type<ConversationState>().default('active'),
    /** The rules between people and companies judge each send. */
    is_guarded: p.boolean().default(false),
    /** The company of all known members, while it is not guarded; null where that is not known. */
    sole_company_id: bigint().nullable(),
    /** The `seq` of the newest automatic message; 0 for none. */
    automatic_seq: bigint().defaultRaw('0'),
    /** The reader of `first_read_seq`, while messages of this user behind `second_read_seq` wait for another reader. */
    first_reader_id: bigint().nullable(),
    second_read_seq: bigint().defaultRaw('0'),
    /** The conversation has more members than an account sync shows the markers of. */
    is_large: p.boolean().default(false),
  },
});

/** A user who is invited into a conversation and is no member yet. */
const invitationEntity = defineEntity({
  name: 'Invitation',
  tableName: 'invitations',
  properties: { conversation_id: bigint().primary(), user_id: bigint().primary() },
  indexes: [{ name: 'invitations_of_user', properties: ['user_id'] }],
});

/** A member of a conversation, with one marker of each kind. */
export const memberEntity = defineEntity({
  name: 'Member',
  tableName: 'members',
  properties: {
    conversation_id: bigint().primary(),
    user_id: bigint().primary(),
    /** Unread is the conversation's `seq` less this one, tombstones not counted. */
    read_seq: bigint(),
    /** A device of the member has everything up to here. Read messages are delivered, so the larger of both markers counts. */
    delivered_seq: bigint(),
    /** The conversation's `seq` when the member came; live delivery begins behind it. */
    joined_seq: bigint(),
    /** The `seq` of the member's newest automatic message; 0 for none. */
    automatic_seq: bigint().defaultRaw('0'),
    /** The transaction in which the member came. */
    joined_xid: transaction().defaultRaw('pg_current_xact_id()'),
    /** Messages up to here are hidden from the member; 0 for none. */
    hidden_seq: bigint().defaultRaw('0'),
  },
  indexes: [
    { name: 'members_of_user', properties: ['user_id'] },
    { name: 'members_with_hidden', properties: ['conversation_id', 'hidden_seq'], where: 'hidden_seq > 0' },
  ],
});

/** A message. `store_messages` and `store_message` give it its id together with its `seq`. */
export const messageEntity = defineEntity({
  name: 'Message',
  tableName: 'messages',
  properties: {
    conversation_id: bigint().primary(),
    seq: bigint().primary(),
    id: bigint().autoincrement(),
    sender_id: bigint(),
    client_message_id: p.text().nullable(),
    type: p.text().$type<MessageType>(),
    content: p.text().nullable(),
    /** Null stands for none: most messages have none. */
    attachments: p.json<Attachment[]>().columnType('json').nullable(),
    reply_to_id: bigint().nullable(),
    /** Whether `reactions` has any, so that a page without reactions never looks there. */
    has_reactions: p.boolean().default(false),
    created_at: moment(),
    edited_at: moment().nullable(),
    deleted_at: moment().nullable(),
    /** Grows with content, reactions, pin and deletion. */
    version: p.integer().default(1),
    /** Null stands for none. */
    mentions: p.json<Mentions>().columnType('json').nullable(),
    pinned_at: moment().nullable(),
    /** The send left its sender's marker where it was. */
    is_automatic: p.boolean().default(false),
    /** The transaction that last changed the message after it was stored; null for none. A trigger sets it. */
    changed_xid: transaction().nullable(),
  },
  uniques: [
    { name: 'messages_id', properties: ['id'] },
    // A send is stored once, for ever.
    {
      name: 'messages_client_message_id',
      properties: ['sender_id', 'client_message_id'],
      where: 'client_message_id is not null',
    },
  ],
  indexes: [
    { name: 'messages_tombstones', properties: ['conversation_id', 'seq'], where: 'deleted_at is not null' },
    { name: 'messages_changed', properties: ['conversation_id', 'changed_xid'], where: 'changed_xid is not null' },
    { name: 'messages_automatic', properties: ['conversation_id', 'sender_id', 'seq'], where: 'is_automatic' },
    {
      name: 'messages_pinned',
      properties: ['conversation_id', 'pinned_at', 'seq'],
      where: 'pinned_at is not null',
    },
  ],
});

/** A user that a message mentions; 0 stands for all. Unread mentions are counted by it. A deletion removes it. */
export const mentionEntity = defineEntity({
  name: 'Mention',
  tableName: 'mentions',
  properties: {
    conversation_id: bigint().primary(),
    user_id: bigint().primary(),
    seq: bigint().primary(),
    sender_id: bigint(),
  },
});

/** A reaction of a user to a message. */
export const reactionEntity = defineEntity({
  name: 'Reaction',
  tableName: 'reactions',
  properties: {
    message_id: bigint().primary(),
    emoji: p.text().primary(),
    user_id: bigint().primary(),
    created_at: moment().defaultRaw('clock_timestamp()'),
  },
});

/**
 * How far, and when, the first reader other than the sender had come. `read_at` of a message is that of the first row at
 * or behind it. One row for each step of the conversation, never one for each message and member.
 */
const firstReadEntity = defineEntity({
  name: 'FirstRead',
  tableName: 'first_reads',
  properties: {
    conversation_id: bigint().primary(),
    up_to_seq: bigint().primary(),
    read_at: moment(),
    /** The reader, where some of these messages are the reader's own: those do not count as read by it. */
    reader_id: bigint().nullable(),
  },
});

/** When messages of a first reader were read by another user, up to a `seq`. */
const secondReadEntity = defineEntity({
  name: 'SecondRead',
  tableName: 'second_reads',
  properties: {
    conversation_id: bigint().primary(),
    sender_id: bigint().primary(),
    up_to_seq: bigint().primary(),
    read_at: moment(),
  },
  indexes: [{ name: 'second_reads_of_conversation', properties: ['conversation_id', 'up_to_seq'] }],
});

/** A user who has left a conversation, or is no longer invited into it. */
const departureEntity = defineEntity({
  name: 'Departure',
  tableName: 'departures',
  properties: {
    user_id: bigint().primary(),
    conversation_id: bigint().primary(),
    /** The version of the conversation in which the user was gone. */
    version: p.integer(),
    left_xid: transaction().defaultRaw('pg_current_xact_id()'),
  },
  indexes: [{ name: 'departures_of_user', properties: ['user_id', 'left_xid'] }],
});

/** When a person or company last looked different, as far as the copy of companies' facts knows. Triggers write it. */
const lookEntity = defineEntity({
  name: 'Look',
  tableName: 'looks',
  properties: {
    is_company: p.boolean().primary(),
    id: bigint().primary(),
    changed_xid: transaction(),
  },
  indexes: [{ name: 'looks_changed', properties: ['changed_xid'] }],
});

/** The time from one start of the database server to the next. Cursors of account syncs name it. */
const lifeEntity = defineEntity({
  name: 'Life',
  tableName: 'lives',
  properties: {
    server_started_at: moment().primary().defaultRaw('pg_postmaster_start_time()'),
    id: p.text(),
    /** Signs the cursors of this life. */
    key: p.text(),
    /** The transaction that wrote the row. A copy in a restored backup was written by another one, and does not count. */
    began_xid: transaction().defaultRaw('pg_current_xact_id()'),
  },
  uniques: [{ name: 'lives_id_key', properties: ['id'] }],
});

/** How many messages a company has stored on a day (UTC). */
const companyUseEntity = defineEntity({
  name: 'CompanyUse',
  tableName: 'company_uses',
  properties: { company_id: bigint().primary(), day: p.date().primary(), messages: bigint() },
});

/** A row of messages in the unit of work. */
export type MessageRecord = InferEntity<typeof messageEntity>;

/** The schema of messages. */
export const schema: Schema = {
  name: 'messages',
  folder: new URL('../../', import.meta.url),
  entities: [
    conversationEntity,
    memberEntity,
    invitationEntity,
    messageEntity,
    mentionEntity,
    reactionEntity,
    firstReadEntity,
    secondReadEntity,
    departureEntity,
    lifeEntity,
    lookEntity,
    companyUseEntity,
    ...relationEntities,
    outboxEntity,
    ...searchEntities,
    locksEntity,
  ],
  extras: {
    storage: { conversations: { fillfactor: 70 }, members: { fillfactor: 70 }, ...searchStorage },
    sequences: ['messages_id_seq'],
    triggers: [
      `create trigger messages_change before update on messages
       for each row execute function note_message_change()`,
      `create trigger people_look after insert or update on people
       for each row execute function note_look('user_id')`,
      `create trigger companies_look after insert or update on companies
       for each row execute function note_look('company_id')`,
    ],
  },
};
