import { decodeLive, type LiveEvent, type Message } from '@vestnik/contracts';
import { Audience } from './audience.ts';
import type { LocalUser, Room } from './occupancy.ts';
import type { Publisher } from './session.ts';
import type { Warmth } from './warmth.ts';

/** What a room needs from outside. */
export interface RoomParts {
  publisher: Publisher;
  warmth: Warmth;
  /** Messages `afterSeq` < seq ≤ `upToSeq`, oldest first, perhaps only the first of them. */
  fetchRange(conversationId: number, afterSeq: number, upToSeq: number): Promise<Message[]>;
  /** Hands an event that is no message to those who are in the room. */
  deliver(room: Room, event: LiveEvent): void;
  /** Told what was handed to all who are in the room. */
  onHanded(room: Room, firstSeq: number, lastSeq: number): void;
  /** Told when what is missing could not be fetched this time. */
  onFault(error: unknown, conversationId: number): void;
  /** Told when a hole could not be filled. */
  onGivenUp(room: Room): void;
}

/** How long a missing message is waited for before it is fetched, in milliseconds: far more than two instances differ. */
const REORDER_WAIT_MS = 25;
/** Waits between attempts to fetch what is missing, in milliseconds; after the last it is given up. */
const FETCH_RETRIES_MS = [100, 400, 1_500];
/** Stretches held back at most; a room that holds more fetches them from the service instead. */
const MAX_HELD = 1_000;

/** A stretch that came, each message as its frame. */
interface Stretch {
  first: number;
  frames: (Uint8Array | string)[];
}

/** The frame of one stored message, as messages makes it for the live event. */
export function newMessageFrame(message: Message): string {
  return JSON.stringify({ event: 'new_message', data: { conversation_id: message.conversation_id, message } });
}

/** Creates the room of a conversation. */
export function createRoom(
  conversationId: number,
  { publisher, warmth, fetchRange, deliver, onHanded, onFault, onGivenUp }: RoomParts,
): Room {
  const audience = new Audience<LocalUser>(conversationId, publisher, warmth);
  let last: number | undefined;
  /** The newest message known to exist. */
  let newest = 0;
  let held: Stretch[] = [];
  const listeners = new Set<(event: LiveEvent) => void>();
  let timer: NodeJS.Timeout | undefined;
  let paused = false;
  let closed = false;
  /** Of the conversation as it was last told. */
  let version = 0;

  function hand({ first, frames }: Stretch): void {
    if (last === undefined || first + frames.length - 1 <= last) return;
    audience.publish(first > last ? frames : frames.slice(last + 1 - first));
    onHanded(room, last + 1, first + frames.length - 1);
    last = first + frames.length - 1;
  }

  /** Hands over whatever follows without a hole, and waits for what is missing. */
  function advance(): void {
    if (last === undefined || paused) return;
    held.sort((a, b) => a.first - b.first);
    let next = held[0];
    while (next && next.first <= last + 1) {
      hand(next);
      held.shift();
      next = held[0];
    }
    if (last < newest) timer ??= setTimeout(() => void fill(0), REORDER_WAIT_MS);
    else stopWaiting();
  }

  function stopWaiting(): void {
    clearTimeout(timer);
    timer = undefined;
  }

  async function fill(attempt: number): Promise<void> {
    if (closed || paused || last === undefined || last >= newest) {
      timer = undefined;
      return;
    }
    const before = last;
    const changes: LiveEvent[] = [];
    const stop = overhear((event) => event.header.changes_message && changes.push(event));
    try {
      const messages = await fetchRange(conversationId, last, held[0] ? held[0].first - 1 : newest);
      if (paused) {
        timer = undefined;
        return;
      }
      for (const message of messages) {
        if (message.seq === last + 1) hand({ first: message.seq, frames: [newMessageFrame(message)] });
      }
      // What was fetched may be older than they are.
      for (const change of changes) deliver(room, change);
    } catch (error) {
      onFault(error, conversationId);
    } finally {
      stop();
    }
    if (closed) return;
    timer = undefined;
    const wait = FETCH_RETRIES_MS[attempt];
    if (last > before) advance();
    else if (wait !== undefined) timer = setTimeout(() => void fill(attempt + 1), wait);
    else giveUp();
  }

  function overhear(listener: (event: LiveEvent) => void): () => void {
    listeners.add(listener);
    return () => void listeners.delete(listener);
  }

  /** Takes an event that is no message. */
  function takeOther(event: LiveEvent): void {
    const { header } = event;
    if (paused || (header.version !== undefined && header.version <= version)) return;
    version = header.version ?? version;
    // What is held back may be older than the change; it is fetched as it is by then.
    if (header.changes_message) held = [];
    deliver(room, event);
    for (const listener of listeners) listener(event);
  }

  function giveUp(): void {
    const next = held[0];
    last = next ? next.first - 1 : newest;
    onGivenUp(room);
    advance();
  }

  const room: Room = {
    conversationId,
    audience,
    lastSeq: () => last,
    startAt(seq) {
      if (last !== undefined) return;
      last = seq;
      advance();
    },
    take(payload) {
      const event = decodeLive(payload);
      const first = event.header.first_seq;
      if (first === undefined) {
        takeOther(event);
        return;
      }
      const stretch = { first, frames: event.frames };
      newest = Math.max(newest, first + event.frames.length - 1);
      // Fetched when the room goes on.
      if (paused) return;
      if (held.length === 0 && last !== undefined && first <= last + 1) {
        hand(stretch);
        return;
      }
      if (held.length < MAX_HELD) held.push(stretch);
      advance();
    },
    overhear,
    catchUp(seq) {
      newest = Math.max(newest, seq);
      advance();
    },
    pause() {
      paused = true;
      held = [];
      stopWaiting();
    },
    resume() {
      paused = false;
      advance();
    },
    close() {
      closed = true;
      warmth.forget(audience);
      held = [];
      stopWaiting();
    },
  };
  return room;
}
