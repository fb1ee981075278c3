import {
  type Attachment,
  CONVERSATION_STATES,
  type CompanyPerson,
  type Conversation,
  type Device,
  ERROR_STATUS,
  type ErrorBody,
  type ErrorCode,
  type Message,
  type Person,
  PUSH_PROVIDERS,
  REFUSAL_REASONS,
  type Reaction,
  type UserStatus,
} from '@vestnik/contracts';
import { z } from 'zod';
import { contract } from './company-answers.ts';

/**
 * Everything that clients get, as schemas. The objects are open, since later versions add fields and clients ignore those
 * that they do not know.
 */

const id = z.int().positive();
const seq = z.int().nonnegative();
const version = z.int().nonnegative();
const isoTime = z.iso.datetime({ precision: 3 });
const nextCursor = z
  .string()
  .nullable()
  .meta({ description: 'Give it as `cursor` to get the next page; null at the end' });

const attachment = z
  .looseObject({ url: z.string(), name: z.string(), mime_type: z.string(), size: z.int().nonnegative() })
  .meta({
    id: 'Attachment',
    description: 'A file or image, returned as the client gave it; `size` in bytes',
  }) satisfies z.ZodType<Attachment>;

const reaction = z.looseObject({ emoji: z.string(), user_ids: z.array(id) }).meta({
  id: 'Reaction',
  description: 'The users who reacted with one emoji, in the order of their reactions',
}) satisfies z.ZodType<Reaction>;

/** A message as clients get it. */
export const message = z
  .looseObject({
    id,
    conversation_id: id,
    seq: id.meta({ description: '1, 2, 3 … inside the conversation, without gaps, in the order of storing' }),
    version: version.meta({ description: 'Grows with content, reactions, pin and deletion; the larger version holds' }),
    sender_id: id,
    client_message_id: z.string().nullable(),
    type: z.enum(['text', 'file', 'image']),
    content: z.string().nullable().meta({ description: 'Null for a tombstone, and for attachments alone' }),
    attachments: z.array(attachment),
    mentions: z.union([z.literal('all'), z.array(id)]).meta({ description: 'Ids of participants, or `all`' }),
    pinned_at: isoTime.nullable(),
    reply_to_id: id.nullable(),
    reactions: z.array(reaction),
    created_at: isoTime,
    edited_at: isoTime.nullable(),
    deleted_at: isoTime.nullable(),
    read_at: isoTime
      .nullable()
      .meta({ description: 'When the first other participant had read up to here; null until then' }),
  })
  .meta({
    id: 'Message',
    description: 'A message; a deleted one stays as a tombstone without content and attachments',
  }) satisfies z.ZodType<Message>;

const sharedConversation = {
  id,
  type: z.enum(['direct', 'group']),
  name: z.string().nullable().meta({ description: 'Null for a direct conversation' }),
  owner_id: id.nullable(),
  company_id: id.nullable().meta({ description: 'The company that a group belongs to' }),
  state: z.enum(CONVERSATION_STATES),
  participants: z.array(id).meta({ description: 'User ids, in the order in which they joined' }),
  history_from_join: z
    .array(id)
    .optional()
    .meta({ description: 'The participants who see no message from before they joined; absent where there are none' }),
  returned: z
    .array(z.object({ user_id: id, version }))
    .optional()
    .meta({ description: 'The participants who had left before, with the version in which they came back' }),
  version,
  created_at: isoTime,
  updated_at: isoTime,
};

const conversation = z
  .looseObject({
    ...sharedConversation,
    last_message_id: id.nullable(),
    last_message_at: isoTime.nullable(),
    last_message_content: z.string().nullable(),
    last_message_time: isoTime.nullable(),
    unread_count: z.int().nonnegative(),
    mention_count: z
      .int()
      .nonnegative()
      .meta({ description: 'Unread messages of others that mention the caller, or all' }),
    read_seq: seq.meta({ description: 'The marker of the caller' }),
    head_seq: seq.meta({ description: 'The `seq` of the newest message; 0 before the first' }),
  })
  .meta({
    id: 'Conversation',
    description: 'A conversation as the caller sees it',
  }) satisfies z.ZodType<Conversation>;

const userStatus = z
  .looseObject({ user_id: id, is_online: z.boolean(), last_seen: isoTime.nullable() })
  .meta({ id: 'UserStatus' }) satisfies z.ZodType<UserStatus>;

const deviceState = z.enum(['active', 'failing', 'suspended']);

const device = z
  .looseObject({
    id,
    provider: z.enum(PUSH_PROVIDERS),
    target: z.record(z.string(), z.unknown()),
    created_at: isoTime,
    state: deviceState,
    last_error: z.string().nullable(),
    secret: z.string().optional().meta({ description: 'The signing secret of a webhook, shown once' }),
  })
  .meta({ id: 'Device', description: 'A push target' }) satisfies z.ZodType<Device>;

const preferences = z
  .looseObject({
    muted_conversation_ids: z.array(id),
    quiet_hours: z
      .looseObject({
        start: z.string(),
        end: z.string(),
        time_zone: z.string(),
        days: z.array(z.int().min(1).max(7)),
      })
      .nullable(),
    conversations: z.array(
      z.looseObject({
        conversation_id: id,
        level: z.enum(['all', 'mentions', 'none']),
        muted_until: isoTime.nullable(),
      }),
    ),
    push_after_seconds: z.int().nullable(),
    version: version.meta({ description: 'Grows with every change; 0 before the first' }),
  })
  .meta({ id: 'Preferences', description: 'When a user wants no push' });

const person = z
  .looseObject({
    id,
    name: z.string().nullable().meta({ description: 'Null for a participant who never came' }),
    company_id: id.nullable(),
    company_name: z.string().nullable(),
    picture_url: z.string().nullable(),
    updated_at: isoTime.nullable(),
  })
  .meta({ id: 'Person' }) satisfies z.ZodType<Person>;

const companyPerson = person
  .extend({
    is_online: z.boolean().nullable(),
    last_seen: isoTime.nullable(),
    devices: z
      .array(z.looseObject({ provider: z.enum(PUSH_PROVIDERS), state: deviceState, count: id }))
      .nullable()
      .meta({ description: 'How many devices of each provider and state the person has' }),
  })
  .meta({
    id: 'CompanyPerson',
    description: 'A person for the admins of the company. A field is null while its service is away',
  }) satisfies z.ZodType<CompanyPerson>;

const member = z
  .looseObject({ user_id: id, joined_at: isoTime, read_seq: seq, delivered_seq: seq })
  .meta({ id: 'Member', description: 'A participant with both markers' });

const syncedConversation = z
  .union([
    z.looseObject({ id, messages: z.array(message), has_more: z.boolean() }),
    z.looseObject({ id, error: z.literal('forbidden') }),
  ])
  .meta({ id: 'SyncedConversation' });

const accountConversation = z
  .looseObject({
    id,
    removed: z.literal(true).optional().meta({ description: 'The caller is no longer in it: forget it' }),
    version: version.optional().meta({ description: 'With `removed`: the version in which the caller was gone' }),
    conversation: conversation.optional(),
    messages: z.array(message).optional().meta({ description: 'New or changed since, as they are now, by `seq`' }),
    truncated: z.boolean().optional().meta({
      description: 'There were more messages: forget those before the first one, or without one all up to `head_seq`',
    }),
    markers: z
      .array(z.looseObject({ user_id: id, read_seq: seq, delivered_seq: seq }))
      .optional()
      .meta({ description: 'Markers that moved' }),
    reads: z
      .array(z.looseObject({ user_id: id, up_to_seq: seq, read_at: isoTime }))
      .optional()
      .meta({
        description:
          'In this order: messages up to `up_to_seq` that are not of `user_id` and have no `read_at` get this one',
      }),
  })
  .meta({ id: 'AccountConversation', description: 'A conversation that changed, as it is now' });

export const error = z
  .looseObject({
    code: z.enum(Object.keys(ERROR_STATUS) as [ErrorCode, ...ErrorCode[]]),
    message: z.string(),
    reason: z.enum(REFUSAL_REASONS).optional(),
  })
  .meta({ id: 'Error', description: 'Why something was refused' }) satisfies z.ZodType<ErrorBody>;

const account = z.looseObject({
  cursor: z.string().nullable().meta({ description: 'Give it with the next sync, whenever that is' }),
  has_more: z.boolean().meta({ description: 'Ask again at once' }),
  reset: z.boolean().meta({ description: 'The cursor is unknown: forget everything and begin without one' }),
  conversations: z.array(accountConversation),
  people: z
    .array(person)
    .meta({ description: 'The participants of these conversations, but for those of more than 50' }),
  preferences: preferences.optional(),
});

/** The data of answers, each used by a route, by the reply to an event, or by both. */
export const answers = {
  nothing: z.looseObject({}),
  message: z.looseObject({ message }),
  messages: z.looseObject({ messages: z.array(message) }),
  messagePage: z.looseObject({ messages: z.array(message), next_cursor: nextCursor }),
  conversation: z.looseObject({ conversation }),
  conversationPage: z.looseObject({ conversations: z.array(conversation), next_cursor: nextCursor }),
  memberPage: z.looseObject({ members: z.array(member), next_cursor: nextCursor }),
  marker: z.looseObject({
    up_to_seq: seq,
    read_at: isoTime.nullable(),
    unread_count: z.int().nonnegative().meta({ description: 'Of that conversation' }),
  }),
  unreadCount: z.looseObject({
    unread_count: z.int().nonnegative().meta({ description: 'Over all conversations' }),
  }),
  reactions: z.looseObject({ message_id: id, reactions: z.array(reaction) }),
  declined: z.looseObject({
    conversation: z.looseObject({ id, state: z.literal('declined'), version }),
  }),
  found: z.looseObject({
    messages: z.array(message),
    highlights: z.record(z.string(), z.array(z.tuple([z.int().nonnegative(), z.int().positive()]))).meta({
      description: 'For each message id: start and length of each hit, in UTF-16 units of `content`',
    }),
    next_cursor: nextCursor,
  }),
  people: z.looseObject({ people: z.array(person), next_cursor: nextCursor }),
  companyPeople: z.looseObject({ people: z.array(companyPerson), next_cursor: nextCursor }),
  statuses: z.looseObject({ statuses: z.array(userStatus) }),
  device: z.looseObject({ device }),
  devices: z.looseObject({ devices: z.array(device) }),
  preferences: z.looseObject({ preferences }),
  account,
  synced: z.looseObject({ conversations: z.array(syncedConversation) }),
  expiry: z.looseObject({ expires_at: isoTime }),
};

/** The data of events that the server sends. */
export const serverEvents = {
  ready: {
    summary: 'Delivery is live. The first frame of every session',
    data: z.looseObject({ session_id: z.string(), user_id: id, company_id: id, server_time: isoTime }),
  },
  new_message: {
    summary: 'A message was stored. Each socket of each participant gets it, in `seq` order',
    data: z.looseObject({ conversation_id: id, message }),
  },
  message_updated: {
    summary: 'A message was edited or pinned',
    data: z.looseObject({ conversation_id: id, message }),
  },
  message_deleted: {
    summary: 'A message became a tombstone',
    data: z.looseObject({ conversation_id: id, message }),
  },
  reaction_changed: {
    summary: 'The reactions to a message changed; the event has all of them',
    data: z.looseObject({ conversation_id: id, message_id: id, reactions: z.array(reaction), version }),
  },
  user_typing: {
    summary: 'Another participant types, or no longer types. True ends by itself after 10 s',
    data: z.looseObject({ conversation_id: id, user_id: id, is_typing: z.boolean() }),
  },
  messages_read: {
    summary: 'A marker moved',
    data: z.looseObject({
      conversation_id: id,
      user_id: id,
      message_ids: z.array(id),
      up_to_seq: seq,
      read_at: isoTime.nullable(),
    }),
  },
  messages_delivered: {
    summary: 'A device of another participant has everything up to here',
    data: z.looseObject({ conversation_id: id, user_id: id, up_to_seq: seq, delivered_at: isoTime }),
  },
  user_status: {
    summary: 'A user who shares a conversation with you went online or offline',
    data: userStatus,
  },
  conversation_created: {
    summary: 'You are in a new conversation',
    data: z.looseObject({ conversation }),
  },
  conversation_updated: {
    summary: 'Name or participants of a conversation changed',
    data: z.looseObject({ conversation: z.looseObject(sharedConversation) }),
  },
  person_updated: {
    summary: 'Name, company or picture changed, of a person who shares a conversation with you',
    data: z.looseObject({ person }),
  },
  contract_changed: {
    summary: 'A contract changed. Admins of both companies get it, each with the other company in it',
    data: z.looseObject({ contract }),
  },
  owner_needed: {
    summary:
      'A group of your company has no owner, since nobody of the company is left in it. Admins get it: add a colleague, or close it',
    data: z.looseObject({ conversation_id: id, name: z.string().nullable() }),
  },
  conversation_removed: {
    summary: 'You left a conversation or were removed; nothing of it follows',
    data: z.looseObject({ conversation_id: id, version: version.optional() }),
  },
  device_registered: {
    summary: 'You registered a push target, or gave it a new secret; without the secret',
    data: z.looseObject({ device }),
  },
  preferences_updated: {
    summary: 'Your notification preferences changed',
    data: z.looseObject({ preferences }),
  },
  resync: {
    summary: 'Events may have been missed: call `sync`',
    data: z.looseObject({}),
  },
  pong: {
    summary: 'The answer to `ping`',
    data: z.looseObject({}).optional(),
  },
  error: {
    summary: 'A frame without an `id` was refused',
    data: error,
  },
} as const;

/** The name of an event that the server sends. */
export type ServerEvent = keyof typeof serverEvents;
