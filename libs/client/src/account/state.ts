import type { ReadStep } from '../protocol/changes.ts';
import type { ServerEventName, ServerEvents } from '../protocol/events.ts';
import type { ListedConversation, Markers, Message, Reaction } from '../protocol/model.ts';
import type { AccountSnapshot, ConversationView } from './snapshot.ts';

/** The reactions to a message, of a version. */
export type ReactionsUpdate = { version: number; reactions: Reaction[] };

/** A new state of a message: the whole message, or its reactions alone. */
export type MessageUpdate = Message | ReactionsUpdate;

/** A conversation as the client holds it: what it shows, and what it has to know for that. */
export interface Held extends ConversationView {
  /** Names, participants and state of the largest version. Counts and newest message as of the newest answer. */
  readonly known: ListedConversation;
  /** The client holds every message from this `seq` on, once it has caught up. Others are islands that it was asked to load. */
  readonly floor: number;
  /** An answer has cut off the messages before this `seq`; 0 for none. Events may bring old states of them. */
  readonly cut: number;
  /** The first message that the user sees is held. */
  readonly isWhole: boolean;
  /** Of everybody, also of users who have left. */
  readonly allMarkers: ReadonlyMap<number, Markers>;
  /** The newest read steps, oldest first. Messages that come behind their step take their `read_at` from here. */
  readonly reads: readonly ReadStep[];
  /** Updates of messages that the client does not show, by message id. */
  readonly strays: ReadonlyMap<number, readonly MessageUpdate[]>;
  /** The versions of contents that are older than the reactions beside them, by message id. */
  readonly contentVersions: ReadonlyMap<number, number>;
  /** Until when each user types, in ms since 1970. */
  readonly typists: ReadonlyMap<number, number>;
  /** Changes whenever messages are forgotten: a page that was asked for before that is not taken. */
  readonly epoch: number;
  /** A message was deleted, and the counts of the newest answer may be with it or without it. */
  readonly isCountDoubtful: boolean;
  /** The counts cannot be computed from what the client holds: they are asked for. */
  readonly needsCount: boolean;
}

/** An event that came before its conversation. */
export type EarlyEvent = {
  [Name in ServerEventName]: { name: Name; data: ServerEvents[Name]; at: number };
}[ServerEventName];

/** The account as the client holds it. A snapshot shows a part of it. */
export interface AccountState extends AccountSnapshot {
  readonly conversations: ReadonlyMap<number, Held>;
  /** Where the next answer of account sync begins; null before the first. */
  readonly cursor: string | null;
  /** The versions at which the user left conversations, by id. */
  readonly removed: ReadonlyMap<number, number>;
  /** Events of conversations that the client does not hold yet, by conversation id. */
  readonly early: ReadonlyMap<number, readonly EarlyEvent[]>;
  readonly lastEpoch: number;
}

/** An account of which nothing is known. */
export const EMPTY: AccountState = {
  userId: null,
  companyId: null,
  line: 'connecting',
  isLoaded: false,
  isCurrent: false,
  order: [],
  conversations: new Map(),
  people: new Map(),
  statuses: new Map(),
  preferences: null,
  unreadCount: 0,
  mentionCount: 0,
  outbox: [],
  cursor: null,
  removed: new Map(),
  early: new Map(),
  lastEpoch: 0,
};

/** Returns a map with one entry set, or deleted where the value is undefined. */
export function withEntry<Key, Value>(map: ReadonlyMap<Key, Value>, key: Key, value: Value | undefined) {
  if (map.get(key) === value && (value !== undefined || !map.has(key))) return map;
  const copy = new Map(map);
  if (value === undefined) copy.delete(key);
  else copy.set(key, value);
  return copy as ReadonlyMap<Key, Value>;
}
