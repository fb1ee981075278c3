import { decodeLive, type LiveEvent, type Message, newMessageFrame } from '@vestnik/contracts';
import type { Publisher } from '../sessions/session.ts';
import type { ConnectedUser, Room } from '../users/connected-user.ts';
import { RoomSubscribers } from './room-subscribers.ts';
import type { TopicActivity } from './topic-activity.ts';

/** What a room needs from outside. */
export interface RoomParts {
  publisher: Publisher;
  topicActivity: TopicActivity;
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

/** The room of a conversation. A class, because each closure of an object would take memory for every room. */
export class OrderedRoom implements Room {
  readonly conversationId: number;
  readonly subscribers: RoomSubscribers<ConnectedUser>;
  readonly #parts: RoomParts;
  #last: number | undefined;
  /** The newest message known to exist. */
  #newest = 0;
  #held: Stretch[] = [];
  /** Of the conversation as it was last told. */
  #version = 0;
  #listeners: Set<(event: LiveEvent) => void> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #isPaused = false;
  #isClosed = false;

  constructor(conversationId: number, parts: RoomParts) {
    this.conversationId = conversationId;
    this.subscribers = new RoomSubscribers(conversationId, parts.publisher, parts.topicActivity);
    this.#parts = parts;
  }

  lastSeq(): number | undefined {
    return this.#last;
  }

  startAt(seq: number): void {
    if (this.#last !== undefined) return;
    this.#last = seq;
    this.#advance();
  }

  take(payload: Uint8Array): void {
    const event = decodeLive(payload);
    const first = event.header.first_seq;
    if (first === undefined) this.#takeOther(event);
    else this.#takeMessages({ first, frames: event.frames });
  }

  addObserver(listener: (event: LiveEvent) => void): () => void {
    this.#listeners ??= new Set();
    this.#listeners.add(listener);
    return () => void this.#listeners?.delete(listener);
  }

  catchUp(seq: number): void {
    this.#newest = Math.max(this.#newest, seq);
    this.#advance();
  }

  pause(): void {
    this.#isPaused = true;
    this.#held = [];
    this.#stopWaiting();
  }

  resume(): void {
    this.#isPaused = false;
    this.#advance();
  }

  close(): void {
    this.#isClosed = true;
    this.#parts.topicActivity.forget(this.subscribers);
    this.#held = [];
    this.#stopWaiting();
  }

  #takeMessages(stretch: Stretch): void {
    const { first, frames } = stretch;
    this.#newest = Math.max(this.#newest, first + frames.length - 1);
    // Fetched when the room goes on.
    if (this.#isPaused) return;
    if (this.#held.length === 0 && this.#last !== undefined && first <= this.#last + 1) {
      this.#hand(stretch);
      return;
    }
    if (this.#held.length < MAX_HELD) this.#held.push(stretch);
    this.#advance();
  }

  /** Takes an event that is no message. */
  #takeOther(event: LiveEvent): void {
    const { version, changes_message } = event.header;
    if (this.#isPaused || (version !== undefined && version <= this.#version)) return;
    this.#version = version ?? this.#version;
    // What is held back may be older than the change; it is fetched as it is by then.
    if (changes_message) this.#held = [];
    this.#parts.deliver(this, event);
    if (this.#listeners) for (const listener of this.#listeners) listener(event);
  }

  #hand({ first, frames }: Stretch): void {
    const last = first + frames.length - 1;
    if (this.#last === undefined || last <= this.#last) return;
    const next = this.#last + 1;
    this.subscribers.publish(first === next ? frames : frames.slice(next - first));
    this.#parts.onHanded(this, next, last);
    this.#last = last;
  }

  /** Hands over whatever follows without a hole, and waits for what is missing. */
  #advance(): void {
    if (this.#last === undefined || this.#isPaused) return;
    this.#held.sort((a, b) => a.first - b.first);
    let next = this.#held[0];
    while (next && next.first <= this.#last + 1) {
      this.#hand(next);
      this.#held.shift();
      next = this.#held[0];
    }
    if (this.#last < this.#newest) this.#timer ??= setTimeout(() => void this.#fill(0), REORDER_WAIT_MS);
    else this.#stopWaiting();
  }

  #stopWaiting(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  async #fill(attempt: number): Promise<void> {
    if (this.#isClosed || this.#isPaused || this.#last === undefined || this.#last >= this.#newest) {
      this.#timer = undefined;
      return;
    }
    const before = this.#last;
    try {
      await this.#fetchBehind(before);
    } catch (error) {
      this.#parts.onFault(error, this.conversationId);
    }
    if (this.#isClosed) return;
    this.#timer = undefined;
    if (this.#isPaused) return;
    const wait = FETCH_RETRIES_MS[attempt];
    if (this.#last > before) this.#advance();
    else if (wait !== undefined) this.#timer = setTimeout(() => void this.#fill(attempt + 1), wait);
    else this.#giveUp();
  }

  /** Fetches what is missing behind a message, and hands over what came of it, unless the room was paused meanwhile. */
  async #fetchBehind(last: number): Promise<void> {
    const changes: LiveEvent[] = [];
    const stop = this.addObserver((event) => event.header.changes_message && changes.push(event));
    try {
      const next = this.#held[0];
      const upToSeq = next ? next.first - 1 : this.#newest;
      const messages = await this.#parts.fetchRange(this.conversationId, last, upToSeq);
      if (this.#isPaused) return;
      for (const message of messages) {
        if (message.seq === (this.#last ?? last) + 1)
          this.#hand({ first: message.seq, frames: [newMessageFrame(message)] });
      }
      // What was fetched may be older than they are.
      for (const change of changes) this.#parts.deliver(this, change);
    } finally {
      stop();
    }
  }

  #giveUp(): void {
    const next = this.#held[0];
    this.#last = next ? next.first - 1 : this.#newest;
    this.#parts.onGivenUp(this);
    this.#advance();
  }
}
