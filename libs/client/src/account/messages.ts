import type { ReadStep } from '../protocol/changes.ts';
import type { Message } from '../protocol/model.ts';
import { earlier, joinAll, joinMessage } from './join-message.ts';
import { type Held, type MessageUpdate, type ReactionsUpdate, withEntry } from './state.ts';

/** Read steps that a conversation remembers, at most. */
const READS = 200;
/** Messages of which a conversation knows something without showing them, at most. */
const STRAYS = 500;

/** Returns the place of the first message whose `seq` is at least this one. */
export function placeOf(messages: readonly Message[], seq: number): number {
  let low = 0;
  let high = messages.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((messages[middle] as Message).seq < seq) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Returns a message with the `read_at` that read steps give it; the same message where they give none. */
function withReads(message: Message, reads: readonly ReadStep[]): Message {
  let readAt = message.read_at;
  for (const { user_id, up_to_seq, read_at } of reads) {
    if (up_to_seq >= message.seq && user_id !== message.sender_id) readAt = earlier(readAt, read_at);
  }
  return readAt === message.read_at ? message : { ...message, read_at: readAt };
}

/** Changes the messages of a conversation. It copies what it writes to, once. */
function edit(held: Held) {
  let { messages, strays, contentVersions, floor } = held;

  function own(): Message[] {
    if (messages === held.messages) messages = [...messages];
    return messages as Message[];
  }

  function ownStrays(): Map<number, readonly MessageUpdate[]> {
    if (strays === held.strays) strays = new Map(strays);
    return strays as Map<number, readonly MessageUpdate[]>;
  }

  function noteContentVersion({ id, version }: Message, contentVersion: number): void {
    contentVersions = withEntry(contentVersions, id, contentVersion < version ? contentVersion : undefined);
  }

  const editing = {
    /** Returns the place of the message with this `seq`, or where it would be, and whether it is held. */
    find(seq: number): [place: number, isHeld: boolean] {
      const place = placeOf(messages, seq);
      return [place, messages[place]?.seq === seq];
    },
    /** Joins an update with the message at a place. */
    update(place: number, update: MessageUpdate): void {
      const before = messages[place] as Message;
      const { message, contentVersion } = joinMessage(before, contentVersions.get(before.id) ?? before.version, update);
      if (message === before) return;
      own()[place] = message;
      noteContentVersion(message, contentVersion);
    },
    /** Puts a message that is not held at a place, with everything that is known of it. */
    insert(place: number, message: Message): void {
      const updates = strays.get(message.id) ?? [];
      if (updates.length > 0) ownStrays().delete(message.id);
      const joined = joinAll(message, updates);
      noteContentVersion(joined.message, joined.contentVersion);
      own().splice(place, 0, withReads(joined.message, held.reads));
    },
    /** Keeps what is known of a message that is not held. */
    stray(id: number, update: MessageUpdate): void {
      const newer = (strays.get(id) ?? []).filter(({ version }) => !('id' in update) || version > update.version);
      ownStrays().set(id, [...newer, update]);
      const [oldest] = strays.keys();
      if (strays.size > STRAYS && oldest !== undefined) ownStrays().delete(oldest);
    },
    /** Lets the floor sink over messages that are held, and over those that are known unless they were cut off. */
    sink(): void {
      for (; ; floor -= 1) {
        const [place, isHeld] = editing.find(floor - 1);
        if (isHeld) continue;
        if (floor <= held.cut) return;
        const known = [...strays.values()].flat().find((update) => 'id' in update && update.seq === floor - 1);
        if (!known || !('id' in known)) return;
        editing.insert(place, known);
      }
    },
    isAboveFloor: (seq: number) => seq >= floor,
    result: (): Held =>
      messages === held.messages &&
      strays === held.strays &&
      contentVersions === held.contentVersions &&
      floor === held.floor
        ? held
        : { ...held, messages, strays, contentVersions, floor },
  };
  return editing;
}

/**
 * Takes messages into a conversation, in any order. Those that are held take newer states. Others are added where they join
 * the newest messages, or everywhere for a page that the user has asked for.
 */
export function takeMessages(held: Held, messages: readonly Message[], isPage = false): Held {
  const editing = edit(held);
  for (const message of messages) {
    const [place, isHeld] = editing.find(message.seq);
    if (isHeld) editing.update(place, message);
    else if (isPage || editing.isAboveFloor(message.seq)) editing.insert(place, message);
    else editing.stray(message.id, message);
  }
  editing.sink();
  return editing.result();
}

/** Takes the reactions to one message. */
export function takeReactions(held: Held, messageId: number, update: ReactionsUpdate): Held {
  const editing = edit(held);
  // Reactions are mostly to new messages.
  const place = held.messages.findLastIndex(({ id }) => id === messageId);
  if (place === -1) editing.stray(messageId, update);
  else editing.update(place, update);
  return editing.result();
}

/** Takes a read step: the messages of others than the reader, up to its `seq`, take its `read_at` unless they have an earlier one. */
export function takeRead(held: Held, step: ReadStep): Held {
  const { reads } = held;
  const isKnown = reads.some(
    ({ user_id, up_to_seq, read_at }) =>
      user_id === step.user_id && up_to_seq >= step.up_to_seq && read_at <= step.read_at,
  );
  if (isKnown) return held;
  // Earlier steps of the same reader have reached the messages up to there.
  let reached = 0;
  for (const { user_id, up_to_seq, read_at } of reads) {
    if (user_id === step.user_id && read_at <= step.read_at) reached = Math.max(reached, up_to_seq);
  }
  const from = placeOf(held.messages, reached + 1);
  const behind = placeOf(held.messages, step.up_to_seq + 1);
  const before = held.messages.slice(from, behind);
  const after = before.map((message) => withReads(message, [step]));
  const isSame = after.every((message, place) => message === before[place]);
  const messages = isSame ? held.messages : held.messages.toSpliced(from, behind - from, ...after);
  return { ...held, messages, reads: [...reads, step].slice(-READS) };
}

/**
 * Forgets the messages before a `seq`, and everything that is known of others. The floor does not sink, since nothing new is known
 * of the messages behind it.
 */
export function forgetBefore(held: Held, seq: number, epoch: number): Held {
  const messages = held.messages.slice(placeOf(held.messages, seq));
  const ids = new Set(messages.map(({ id }) => id));
  const contentVersions = new Map([...held.contentVersions].filter(([id]) => ids.has(id)));
  const [floor, cut] = [Math.max(seq, held.floor), Math.max(seq, held.cut)];
  return { ...held, messages, contentVersions, strays: new Map(), floor, cut, isWhole: false, epoch };
}
