import type { OutboxItem } from '../outbox/item.ts';
import type { ListedConversation, Markers, Message, Person, Preferences, UserStatus } from '../protocol/model.ts';

/**
 * The line to the server.
 *
 * - `connecting`: The first connection is not live yet.
 * - `live`: Events arrive, and the account is up to date or about to be.
 * - `offline`: The line was lost; the client connects again by itself.
 * - `stopped`: The client was closed, or the server refused it for good (`stopped` says why).
 */
export type LineState = 'connecting' | 'live' | 'offline' | 'stopped';

/** One conversation as the user sees it now. A new object wherever anything in it has changed. */
export interface ConversationView {
  readonly id: number;
  /** Name, participants, state, newest message, counts and the user's own marker, moved by live events. */
  readonly conversation: ListedConversation;
  /**
   * The messages that the client holds, in `seq` order. Two neighbours whose `seq` differ by more than one have messages
   * between them which the client does not hold: `loadMessages` fetches them.
   */
  readonly messages: readonly Message[];
  /** Messages lie before the first one that the client holds. */
  readonly hasOlder: boolean;
  /** The markers of participants by user id. In conversations of more than 50 participants some are missing. */
  readonly markers: ReadonlyMap<number, Markers>;
  /** The users who type now. Typing ends by itself after 10 s. */
  readonly typing: readonly number[];
  /** The user's messages that the server has not stored, in the order of sending. */
  readonly outbox: readonly OutboxItem[];
}

/**
 * The account as it is now. It never changes: a change makes a new snapshot that shares everything that stayed, so that
 * selectors may compare by `===`.
 */
export interface AccountSnapshot {
  /** The user and the user's company; null before the first connection of a client without stored state. */
  readonly userId: number | null;
  readonly companyId: number | null;
  readonly line: LineState;
  /** Whether the client has held the whole account once. False: show that it loads. */
  readonly isLoaded: boolean;
  /** Whether everything since the last connection was applied. False: what is shown may be old. */
  readonly isCurrent: boolean;
  /** Conversation ids, newest activity first. */
  readonly order: readonly number[];
  readonly conversations: ReadonlyMap<number, ConversationView>;
  readonly people: ReadonlyMap<number, Person>;
  /** The statuses of users, as far as the client has asked for them or heard of them. */
  readonly statuses: ReadonlyMap<number, UserStatus>;
  readonly preferences: Preferences | null;
  /** Over all conversations. */
  readonly unreadCount: number;
  readonly mentionCount: number;
  /** All messages that the server has not stored, in the order of sending. */
  readonly outbox: readonly OutboxItem[];
}
