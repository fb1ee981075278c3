import { z } from 'zod';
import type { ErrorBody } from '../errors.ts';
import { CURSOR_LENGTH, LIST_LENGTH, PAGE_LIMIT, READS_AT_ONCE, SENDS_AT_ONCE } from '../limits.ts';
import { type ConversationSummary, type IsoTime, MESSAGE_TYPES, type Message } from '../model.ts';
import { id, mentions, seq, text } from '../primitives.ts';
import { searchParameters } from '../search-input.ts';
import { blockFactSchema, contractFactSchema } from './companies.ts';
import { conversationSchema } from './conversations.ts';
import { define, inLines } from './endpoint.ts';

const limit = z.int().min(1).max(PAGE_LIMIT);

const send = z.object({
  sender_id: id,
  conversation_id: id,
  client_message_id: text.nullable(),
  type: z.enum(MESSAGE_TYPES),
  content: text.nullable(),
  attachments: z.array(z.object({ url: text, name: text, mime_type: text, size: z.int() })),
  reply_to_id: id.nullable(),
  mentions: mentions.default([]),
  /** Whether the sender's marker moves. An automatic reply leaves it where it is. */
  marks_read: z.boolean().default(true),
  /** The session that sends: it does not get the event of its own reading. */
  session_id: text.optional(),
  /** The company that the sender belongs to: its messages of a day are counted. */
  company_id: id.optional(),
});

/** One message to store. */
export type Send = z.output<typeof send>;

/**
 * The result of one send: the stored message (`created` false when it was stored before), or a refusal, perhaps with the seconds
 * after which another try makes sense.
 */
export type SendResult =
  | { message: Message; created: boolean }
  | { error: ErrorBody; retry_after_seconds?: number | undefined };

/** A page begins below a `seq`, above a `seq`, behind `offset` newest messages, or at the newest message. */
const historyAsk = z.object({
  user_id: id,
  conversation_id: id,
  limit,
  before_seq: seq.optional(),
  after_seq: seq.optional(),
  offset: z.int().nonnegative().optional(),
});

/** A page of a conversation that a caller asks for; at most one of the places is given. */
export type HistoryAsk = z.output<typeof historyAsk>;

/** The answer to a `HistoryAsk`. */
export interface HistoryPage {
  /** Newest first; with `after_seq` oldest first. */
  messages: Message[];
  /** Where the next page begins, by `seq`; null at the end. */
  next_cursor: string | null;
}

const summaryAsk = z.object({
  user_id: id,
  limit,
  /** Behind this conversation, else from the newest activity. */
  behind: z.object({ activity: z.int().nonnegative(), id }).optional(),
  /** This conversation alone. */
  conversation_id: id.optional(),
});

/** A page of a caller's conversation list, or one conversation of it. */
export type SummaryAsk = z.output<typeof summaryAsk>;

/** The answer to a `SummaryAsk`, newest activity first. */
export interface SummaryPage {
  summaries: ConversationSummary[];
  next_cursor: string | null;
}

/** Where a reader's marker stands. */
export interface MarkedRead {
  up_to_seq: number;
  /** When the first reader had come that far, as in the history; null when none had. */
  read_at: IsoTime | null;
  unread_count: number;
}

/** How far a member has read, and how far one of the member's devices has everything. */
export interface MemberMarkers {
  user_id: number;
  read_seq: number;
  delivered_seq: number;
}

const unreadAsk = z.object({ user_id: id });

/** A count of everything that a user has not read. */
export type UnreadAsk = z.output<typeof unreadAsk>;

/** Asks of several callers, in one request. */
const asksOf = <Ask extends z.ZodType>(ask: Ask) => z.object({ asks: z.array(ask).min(1).max(READS_AT_ONCE) });

const delivery = z.object({ conversation_id: id, user_id: id, after_seq: seq, up_to_seq: seq });

/** A range of a conversation that reached a device of a user. */
export type Delivery = z.output<typeof delivery>;

/** One conversation's part of the answer to `sync-conversations`. */
export type SyncedConversation =
  | { id: number; messages: Message[]; has_more: boolean }
  | { id: number; error: 'forbidden' };

/** The first line of an answer to `sync-account`. */
export interface AccountHeader {
  /** Where the next answer goes on; null with `reset`. */
  cursor: string | null;
  has_more: boolean;
  /** The cursor is unknown: the client forgets what it holds, and begins anew. */
  reset: boolean;
  entries: AccountEntry[];
  /** Ids of the people whom the client does not know as they are now. */
  people: number[];
}

/** A conversation in an answer to `sync-account`: one that the user is no longer in, or a summary of it. */
export type AccountEntry =
  | { id: number; removed_version: number }
  | { id: number; summary: ConversationSummary; has_messages: boolean };

/** A step of reading: messages up to `up_to_seq` that are not of `user_id` and had no `read_at` have this one. */
export interface SyncedReading {
  user_id: number;
  up_to_seq: number;
  read_at: IsoTime;
}

/** The details of one conversation that a client gets besides its summary. */
export interface AccountDetails {
  /** New or changed since, each as it is now, in the order of `seq`. */
  messages: Message[];
  /** There were more messages. The client forgets those before the first of `messages`. */
  truncated: boolean;
  /** Markers that moved. */
  markers: MemberMarkers[];
  /** To be applied in this order. */
  reads: SyncedReading[];
}

/** Code points of one excerpt, at most. */
export const EXCERPT_LENGTH = 2_000;
/** Code points of all excerpts of one answer, at most: they fit into it, whatever their characters take. */
export const EXCERPTS_LENGTH = 200_000;

/** How a message begins. */
export interface Excerpt {
  message_id: number;
  text: string;
}

/** Part of a text: where it begins, and its length, in UTF-16 units. */
export type Highlight = [start: number, length: number];

/** A page of the messages that a search found, newest first. */
export interface SearchPage {
  messages: Message[];
  /** The parts of each message's content that fit, by its id: sorted, without overlaps. */
  highlights: Record<string, Highlight[]>;
  next_cursor: string | null;
}

/** A change of the rules between people or companies after which something may no longer pass. */
const partingChange = z.union([z.object({ contract: contractFactSchema }), z.object({ block: blockFactSchema })]);

/** A change of the rules between people or companies after which something may no longer pass. */
export type PartingChange = z.output<typeof partingChange>;

/** The requests that messages answers. A `user_id` names the user on whose behalf the caller asks. */
export const messagesEndpoints = {
  /**
   * Stores messages, each independently: a refused send does not affect the others. Sends into one conversation are
   * stored in the order of the list. The answer has one result for each send, in the same order.
   */
  sendMessages: define<{ results: SendResult[] }>()(
    'messages',
    'send-messages',
    z.object({ sends: z.array(send).min(1).max(SENDS_AT_ONCE) }),
  ),
  /**
   * Returns pages of conversations, each for one of its members. A line for each ask holds the JSON of a `HistoryPage`.
   * Several asks share statements and the size of the answer. Therefore a line is empty where a page is too long for
   * that, or where a page has no message and the service has not found out why. The caller then repeats that ask as the
   * only one of a request. The service cuts the only page of a request where it is too long, and refuses the request
   * with `forbidden` where the user is not in the conversation.
   */
  readHistory: inLines(define<string[]>()('messages', 'read-history', asksOf(historyAsk))),
  /** Returns what was stored behind the given places, oldest first, in pages. */
  syncConversations: define<{ conversations: SyncedConversation[] }>()(
    'messages',
    'sync-conversations',
    z.object({ user_id: id, conversations: z.array(z.object({ id, after_seq: seq })).max(LIST_LENGTH) }),
  ),
  /**
   * Returns the next part of a user's account: without a cursor the account as it is, with one the changes since then. The first
   * line is the JSON of an `AccountHeader`. Behind it is a line of `AccountDetails` for each entry that has a summary.
   */
  syncAccount: inLines(
    define<string[]>()(
      'messages',
      'sync-account',
      z.object({
        user_id: id,
        cursor: text.max(CURSOR_LENGTH).optional(),
        limit,
        messages_per_conversation: z.int().nonnegative().max(PAGE_LIMIT),
      }),
    ),
  ),
  /**
   * Moves the reader's marker forward, never past the newest message. `session_id` names the session that read: it gets
   * the reply and no event. `forbidden` for a message or conversation that the reader may not see.
   */
  markRead: define<MarkedRead>()(
    'messages',
    'mark-read',
    z.object({
      user_id: id,
      conversation_id: id,
      up_to_seq: seq.optional(),
      message_ids: z.array(id).min(1).max(LIST_LENGTH).optional(),
      session_id: text.optional(),
    }),
  ),
  /**
   * Moves delivered markers: a device of each named user has the messages behind `after_seq` up to `up_to_seq`. A
   * marker moves only when nothing before them is missing. The others in the conversation get an event. `again` lists
   * entries to be sent again, since another transaction held their markers.
   */
  markDelivered: define<{ again: Delivery[] }>()(
    'messages',
    'mark-delivered',
    z.object({ deliveries: z.array(delivery).min(1).max(5_000) }),
  ),
  /**
   * Returns summaries for conversation lists, newest activity first: a page of a list, or one conversation. Lines as in
   * `read-history`, each the JSON of a `SummaryPage`.
   */
  summarizeConversations: inLines(define<string[]>()('messages', 'summarize-conversations', asksOf(summaryAsk))),
  /**
   * Returns the unread messages over all conversations of each user, in lines of `{"unread_count"}`. No line is empty.
   */
  countUnread: inLines(define<string[]>()('messages', 'count-unread', asksOf(unreadAsk))),
  /**
   * Takes a membership change over before its event arrives. A version that is not newer than the known one is ignored.
   */
  applyConversation: define<Record<string, never>>()(
    'messages',
    'apply-conversation',
    z.object({ conversation: conversationSchema }),
  ),
  /** Returns how many messages a company has stored today (UTC), and how many it may store in a day; null for no quota. */
  readCompanyUse: define<{ messages_today: number; messages_per_day: number | null }>()(
    'messages',
    'read-company-use',
    z.object({ company_id: id }),
  ),
  /**
   * Takes a changed contract or block over before its event arrives, so that no further send crosses. Returns those of the named
   * conversations through which nothing may pass any more.
   */
  applyParting: define<{ conversation_ids: number[] }>()(
    'messages',
    'apply-parting',
    z.object({ change: partingChange, conversation_ids: z.array(id).max(5_000) }),
  ),
  /**
   * Returns the head of each named conversation and, with `user_id`, the `seq` at which that user joined: live delivery
   * starts behind it. Unknown conversations have `seq` 0. With `is_sealed` the rules between people
   * and companies let nothing pass through the conversation.
   */
  findHeads: define<{
    heads: { conversation_id: number; seq: number; joined_seq: number | null; is_sealed?: boolean }[];
  }>()('messages', 'find-heads', z.object({ conversation_ids: z.array(id).max(10_000), user_id: id.optional() })),
  /**
   * Returns the messages `after_seq` < `seq` ≤ `up_to_seq` of a conversation, oldest first, perhaps not all of them:
   * for a gateway that fills a gap.
   */
  readRange: define<{ messages: Message[] }>()(
    'messages',
    'read-range',
    z.object({ conversation_id: id, after_seq: seq, up_to_seq: seq }),
  ),
  /**
   * Returns how the named messages begin: the first `length` code points of each, and an empty text for one without
   * content. Deleted and unknown messages are left out. The size of the answer does not depend on that of the messages.
   */
  excerptMessages: define<{ excerpts: Excerpt[] }>()(
    'messages',
    'excerpt-messages',
    z
      .object({ message_ids: z.array(id).max(LIST_LENGTH), length: z.int().min(1).max(EXCERPT_LENGTH) })
      .refine(({ message_ids, length }) => message_ids.length * length <= EXCERPTS_LENGTH, 'names too many messages'),
  ),
  /**
   * Returns the users of `user_ids` that have read up to `seq` or are no longer in the conversation. `delivered_user_ids` are
   * the users with a device that has everything up to there.
   */
  findReaders: define<{ user_ids: number[]; delivered_user_ids: number[] }>()(
    'messages',
    'find-readers',
    z.object({ conversation_id: id, seq, user_ids: z.array(id).max(LIST_LENGTH) }),
  ),
  /**
   * Returns a page of the messages that fit a query, of the conversations that the user is in at this moment. Where nothing
   * fits, words may differ by one letter. `invalid` for a query without a word that is needed, `forbidden` for a conversation
   * that the user is not in.
   */
  searchMessages: define<SearchPage>()(
    'messages',
    'search-messages',
    z.object({
      user_id: id,
      ...searchParameters.shape,
      limit,
      /** Behind this message, found in the same way. */
      behind: z.object({ id, is_near: z.boolean() }).optional(),
    }),
  ),
  /**
   * With `start`, has the instances index all messages again, unless they are doing so. Returns up to which conversation, by
   * id, they are, the last conversation, and whether they have finished. For ops.
   */
  rebuildSearchIndex: define<{ after_conversation_id: number; last_conversation_id: number; is_finished: boolean }>()(
    'messages',
    'rebuild-search-index',
    z.object({ start: z.boolean() }),
  ),
  /** Returns one message as it is now. `forbidden` to a user who may not see it, whether or not it exists. */
  getMessage: define<{ message: Message }>()('messages', 'get-message', z.object({ user_id: id, message_id: id })),
  /** Returns the markers of the named members of a conversation. Users who are no members are left out. */
  findMarkers: define<{ markers: MemberMarkers[] }>()(
    'messages',
    'find-markers',
    z.object({ conversation_id: id, user_ids: z.array(id).max(PAGE_LIMIT) }),
  ),
  /**
   * Changes the content of the user's own message. `forbidden` for messages of others and unknown ones, `conflict` for
   * a tombstone.
   */
  editMessage: define<{ message: Message }>()(
    'messages',
    'edit-message',
    z.object({ user_id: id, message_id: id, content: text.min(1) }),
  ),
  /** Makes the user's own message a tombstone. A repetition answers the same. */
  deleteMessage: define<{ message: Message }>()(
    'messages',
    'delete-message',
    z.object({ user_id: id, message_id: id }),
  ),
  /**
   * Pins a message, or removes its pin, for any member. `conflict` for a pin of a tombstone, and for one pin too many. A
   * repetition answers the same.
   */
  setPin: define<{ message: Message }>()(
    'messages',
    'set-pin',
    z.object({ user_id: id, message_id: id, pinned: z.boolean() }),
  ),
  /**
   * Returns the pinned messages of a conversation behind the newest `skip` pins, the newest pin first. `has_more`: the
   * others did not fit, and the caller asks again.
   */
  listPins: define<{ messages: Message[]; has_more: boolean }>()(
    'messages',
    'list-pins',
    z.object({ user_id: id, conversation_id: id, skip: z.int().nonnegative() }),
  ),
  /** Adds or removes the user's own reaction. A repetition answers the same. */
  setReaction: define<{ message_id: number; reactions: Message['reactions'] }>()(
    'messages',
    'set-reaction',
    z.object({ user_id: id, message_id: id, emoji: text.min(1), present: z.boolean() }),
  ),
};
