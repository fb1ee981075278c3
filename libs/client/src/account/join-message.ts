import type { IsoTime, Message } from '../protocol/model.ts';
import type { MessageUpdate } from './state.ts';

/** A message, and the version of its content: reactions beside it may be newer. */
export interface Joined {
  message: Message;
  contentVersion: number;
}

/** Returns the earlier of two times; null counts as never. */
export function earlier(one: IsoTime | null, other: IsoTime | null): IsoTime | null {
  if (one === null) return other;
  return other !== null && other < one ? other : one;
}

/**
 * Joins a message with another state of it. Content and reactions are each taken from the larger version, and `read_at` is the
 * earlier one. So states may come in any order, and more than once. Returns the same message where nothing changes.
 */
export function joinMessage(held: Message, contentVersion: number, update: MessageUpdate): Joined {
  const version = Math.max(held.version, update.version);
  const { reactions } = update.version > held.version ? update : held;
  if (!('id' in update)) {
    return { message: version === held.version ? held : { ...held, reactions, version }, contentVersion };
  }
  const readAt = earlier(held.read_at, update.read_at);
  if (update.version > contentVersion) {
    return { message: { ...update, reactions, version, read_at: readAt }, contentVersion: update.version };
  }
  return { message: readAt === held.read_at ? held : { ...held, read_at: readAt }, contentVersion };
}

/** Joins a message with other states of it, one after the other. */
export function joinAll(message: Message, updates: readonly MessageUpdate[]): Joined {
  let joined: Joined = { message, contentVersion: message.version };
  for (const update of updates) joined = joinMessage(joined.message, joined.contentVersion, update);
  return joined;
}
