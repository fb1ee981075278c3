import type { AccountSnapshot } from './account/snapshot.ts';
import type { VestnikError } from './errors.ts';
import type {
  ClientEventName,
  ClientEvents,
  MarkerReply,
  MessageInput,
  ReplyTo,
  ServerEventName,
  ServerEvents,
} from './protocol/events.ts';
import type { Message } from './protocol/model.ts';
import type { Rest } from './protocol/routes.ts';

/** A message on its way. */
export interface Sending {
  /** The name of the message for ever: it finds the message in `outbox`, and later in `messages`. */
  readonly clientMessageId: string;
  /** Resolves when the outbox has the message in `storage`, so that it survives a reload; at once without `storage`. */
  readonly kept: Promise<void>;
  /** Resolves with the stored message, however long that takes; rejects when the server refuses it for good. */
  readonly stored: Promise<Message>;
}

/** Which messages of a conversation to fetch: those before or after a `seq`, or around it. */
export type Place = { before: number } | { after: number } | { around: number };

/** The account: what the user sees, kept up to date by account sync and live events. */
export interface Account {
  /** Returns the account as it is now: the same object until something changes. */
  getSnapshot(): AccountSnapshot;
  /** Calls `listener` after each change, at most once for each task of the event loop. Returns the end of the subscription. */
  subscribe(listener: () => void): () => void;
  /**
   * Fetches messages of a conversation that the client does not hold yet, `limit` at most (1 to 100, 50 without it), and adds
   * them to the snapshot. Without a place: those before the oldest of the newest messages. Resolves with the fetched messages,
   * in `seq` order.
   */
  loadMessages(conversationId: number, place?: Place, limit?: number): Promise<readonly Message[]>;
  /** Brings the markers of all participants into the snapshot, for conversations of more than 50 participants. */
  loadMarkers(conversationId: number): Promise<void>;
  /** Moves the user's marker up to a `seq`, in the snapshot at once. While offline the reading waits for the line. */
  markRead(conversationId: number, upToSeq: number): Promise<MarkerReply>;
  /** Says that the user types, at most once in three seconds, and no longer types. Call it with each keystroke. */
  setTyping(conversationId: number, isTyping: boolean): void;
  /** Brings the statuses of these users into the snapshot, now and after every reconnect. */
  watchPresence(userIds: readonly number[]): void;
  /** Brings these people into the snapshot, where the user may see them. */
  loadPeople(userIds: readonly number[]): Promise<void>;
}

/** The messages that the server has not stored yet. They survive offline time, and a reload with `storage`. */
export interface Outbox {
  /** Sends a message. Messages of one conversation are stored in the order of sending. */
  send(conversationId: number, message: MessageInput | string): Sending;
  /** Sends a failed message again, with the same id. */
  retry(clientMessageId: string): void;
  /** Drops a failed message, or a queued one that was never sent. */
  discard(clientMessageId: string): void;
}

/** A connected client. It connects again by itself until it is closed. */
export interface Client {
  readonly account: Account;
  readonly outbox: Outbox;
  /** Every route of REST. */
  readonly rest: Rest;
  /** Sends an event on the socket and resolves with the data of its reply. It waits for the line. Rejects with `VestnikError`. */
  call<Name extends ClientEventName, Data extends ClientEvents[Name]['data']>(
    name: Name,
    data: Data,
  ): Promise<ReplyTo<Name, Data>>;
  /** Calls `listener` with each event of that name. Returns the end of it. */
  on<Name extends ServerEventName>(name: Name, listener: (data: ServerEvents[Name]) => void): () => void;
  /** Resolves when the account is loaded and current for the first time; rejects when the client stops before. */
  readonly ready: Promise<void>;
  /** Why the client does not go on: the server refused it for good, or it was closed; undefined while it goes on. */
  readonly stopped: VestnikError | undefined;
  /** Says that the user acts, or does not. In a browser the client finds it out by itself, from visibility and input. */
  setActivity(state: 'active' | 'idle'): void;
  /** Ends the connection and keeps the state. */
  close(): Promise<void>;
  /** Ends the connection and deletes everything in `storage`. */
  signOut(): Promise<void>;
}
