/** Sizes and counts that the doors enforce; every one is a setting (`LIMIT_…`), Infinity when switched off. */
export interface ContentLimits {
  /** Code points of a message's content. */
  contentLength: number;
  /** Attachments of one message. */
  attachments: number;
  /** Participants of a group, its owner included. */
  groupSize: number;
  /** Conversations that one `sync` names; never above `LIST_LENGTH`. */
  syncConversations: number;
  /** Users that one `watch_presence` names; never above `LIST_LENGTH`. */
  watchedUsers: number;
}

/** Code points of a conversation's name, at most. */
export const NAME_LENGTH = 200;
/** Code points of a search query, at most. */
export const SEARCH_LENGTH = 200;
/** Bytes (UTF-8) of a reaction's emoji, at most. */
export const EMOJI_BYTES = 64;
/** Different emojis that one message takes as reactions, at most. Each page with the message carries all of them. */
export const EMOJIS_PER_MESSAGE = 50;
/** Pinned messages of one conversation, at most. */
export const PINS_PER_CONVERSATION = 100;
/** Entries of a list that a client sends (user ids, message ids, conversations to sync), at most. */
export const LIST_LENGTH = 1_000;
/** Entries of a page of any list, at most. */
export const PAGE_LIMIT = 100;
/** Entries of a page when the client names no `limit`. */
export const PAGE_DEFAULT = 50;
/** Characters of a cursor of an account sync, at most. */
export const CURSOR_LENGTH = 1_000;
/** Messages of each conversation in an account sync, when the client names no number. */
export const SYNC_MESSAGES_DEFAULT = 20;
/** Sends that one request carries at most. */
export const SENDS_AT_ONCE = 1_024;
/** Reads of several callers that one request carries at most. */
export const READS_AT_ONCE = 32;
/** Contacts of a user that one request returns at most. Beyond them a search finds the people of the user's own company only. */
export const CONTACTS_AT_ONCE = 10_000;
/** Code points of the text by which people are searched, at most. */
export const QUERY_LENGTH = 200;
/** Users that one user blocks at most, and companies that one company blocks. */
export const MAX_BLOCKS = 1_000;
/** Code points of the reason of a report, at most. */
export const REASON_LENGTH = 1_000;
/** Messages before the reported one that a report has, at most. */
export const REPORTED_BEFORE = 10;
/** People whose tokens one request reports at most, and people of one event. */
export const PEOPLE_AT_ONCE = 200;
/** Users whose companies one answer lists at most. */
export const BINDINGS_AT_ONCE = 10_000;
