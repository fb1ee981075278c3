import type { IsoTime, ListedConversation, Markers, Message, Person, Preferences } from './model.ts';

/** A read step: each message up to `up_to_seq` that is not of that user, and had no `read_at`, has this one. */
export interface ReadStep {
  user_id: number;
  up_to_seq: number;
  read_at: IsoTime;
}

/** A conversation that the caller is no longer in. */
export interface RemovedConversation {
  id: number;
  removed: true;
  version: number;
}

/** A conversation of the account, with the changes since the cursor. */
export interface ChangedConversation {
  id: number;
  removed?: false | undefined;
  conversation: ListedConversation;
  /** New or changed messages, each whole and as it is now, in `seq` order. */
  messages: Message[];
  /** There were more: the messages before the first of `messages` are not known any more. */
  truncated: boolean;
  markers: Markers[];
  reads: ReadStep[];
}

/** One answer of account sync. */
export interface Changes {
  /** Opaque; null with `reset`. */
  cursor: string | null;
  has_more: boolean;
  /** The cursor is not known: the client forgets everything and begins without one. */
  reset: boolean;
  conversations: (ChangedConversation | RemovedConversation)[];
  people?: Person[] | undefined;
  preferences?: Preferences | undefined;
}
