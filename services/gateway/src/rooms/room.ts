import { type Conversation, decodeLive, type LiveEvent, type Message, newMessageFrame } from '@vestnik/contracts';
import { typingEvent } from '../upstream/typing-event.ts';
import { RoomSubscribers } from './room-subscribers.ts';
import type { Publisher, Subscriber } from './subscriber.ts';
import type { TopicActivity } from './topic-activity.ts';
import { Typists } from './typists.ts';

/** The parts that a room works with. */
export interface RoomParts<User extends Subscriber> {
  publisher: Publisher;
  topicActivity: TopicActivity;
  /** Returns messages with `afterSeq` < `seq` ≤ `upToSeq`, oldest first, perhaps only the first ones. */
  fetchRange(conversationId: number, afterSeq: number, upToSeq: number): Promise<Message[]>;
  /** Returns the `seq` of the newest message that the messages service has stored. */
  headOf(conversationId: number): Promise<number>;
  /** Hands an event other than a message to the room's subscribers. */
  deliver(room: Room<User>, event: LiveEvent): void;
  /** Called when messages were handed to all subscribers. */
  onHanded(room: Room<User>, firstSeq: number, lastSeq: number): void;
  /** Called when missing messages could not be fetched this time. */
  onFault(error: unknown, conversationId: number): void;
  /** Called when missing messages are given up. */
  onGivenUp(room: Room<User>): void;
}

/** Wait before missing messages are fetched, in milliseconds: far more than two instances of messages are apart. */
const REORDER_WAIT_MS = 25;
/** Waits between attempts to fetch missing messages, in milliseconds. After the last one the room gives them up. */
const FETCH_RETRIES_MS = [100, 400, 1_500];
/** Ranges that a room holds back at most. A room that holds more fetches them from the service instead. */
const MAX_HELD = 1_000;

/** A range of messages as it came, each message as its frame. */
interface Range {
  first: number;
  frames: (Uint8Array | string)[];
}

/**
 * A conversation on this gateway: its subscribers, and the `seq` up to which their sockets have its messages. A room hands
 * over messages in `seq` order without a gap, in whatever order the bus brings them. Two instances of messages may publish in
 * another order than they committed.
 *
 * A class, because each closure of an object would take memory for every room.
 */
export class Room<User extends Subscriber = Subscriber> {
  readonly conversationId: number;
  /** The participants with a socket here. */
  readonly subscribers: RoomSubscribers<User>;
  readonly #parts: RoomParts<User>;
  /** The newest message that the sockets have; undefined until `startAt`. */
  #last: number | undefined;
  /** The newest message known to exist. */
  #newest = 0;
  #held: Range[] = [];
  /** Version of the conversation in the newest `conversation_updated`. */
  #version = 0;
  #observers: Set<(event: LiveEvent) => void> | undefined;
  /** Undefined while no participant has typed. */
  #typists: Typists | undefined;
  #timer: NodeJS.Timeout | undefined;
  #isPaused = false;
  /** Nothing may pass but changes of the conversation itself. */
  #isSealed = false;
  #isClosed = false;

  constructor(conversationId: number, parts: RoomParts<User>) {
    this.conversationId = conversationId;
    this.subscribers = new RoomSubscribers(conversationId, parts.publisher, parts.topicActivity);
    this.#parts = parts;
  }

  /** Returns the newest message that the sockets have; undefined until `startAt`. */
  lastSeq(): number | undefined {
    return this.#last;
  }

  /** Begins live delivery behind a message, or seals the room from its beginning. Later calls change nothing. */
  startAt(seq: number, isSealed = false): void {
    if (this.#last !== undefined) return;
    this.#last = seq;
    this.#isSealed ||= isSealed;
    this.#advance();
  }

  /** Returns true while nothing passes but changes of the conversation itself. */
  isSealed(): boolean {
    return this.#isSealed;
  }

  /**
   * Hands nothing to the sockets but changes of the conversation itself, since the rules between people and companies do not
   * let anything pass, or may not. A change that does not suspend the conversation ends it, and so does `unseal`.
   */
  seal(): void {
    this.#isSealed = true;
    this.#held = [];
    this.#typists?.clear();
    this.#stopWaiting();
  }

  /** Goes on behind the last message that was handed over. */
  unseal(): void {
    this.#isSealed = false;
    this.#advance();
  }

  /**
   * Takes one live event of the conversation.
   *
   * @throws VestnikError `invalid` for an event that its subject may not carry.
   */
  take(payload: Uint8Array, subject: string): void {
    const event = decodeLive(payload, subject);
    const first = event.header.first_seq;
    if (first === undefined) this.#takeOther(event);
    else this.#takeMessages({ first, frames: event.frames });
  }

  /** Calls an observer for each event other than a message, until the returned function is called. */
  addObserver(observer: (event: LiveEvent) => void): () => void {
    this.#observers ??= new Set();
    this.#observers.add(observer);
    return () => void this.#observers?.delete(observer);
  }

  /** Returns true when a participant is shown as typing. */
  isTyping(userId: number): boolean {
    return this.#typists?.has(userId) ?? false;
  }

  /** Ends the typing of a participant who is gone. */
  endTyping(userId: number): void {
    this.#typists?.end(userId);
  }

  /** Hands nothing to the sockets until `resume`, because the subscribers may be wrong. */
  pause(): void {
    this.#isPaused = true;
    this.#held = [];
    this.#typists?.clear();
    this.#stopWaiting();
  }

  /** Goes on behind the last message that was handed over. Other events of the pause are dropped. */
  resume(): void {
    this.#isPaused = false;
    this.#advance();
  }

  /** Ends the room. */
  close(): void {
    this.#isClosed = true;
    this.#parts.topicActivity.forget(this.subscribers);
    this.#held = [];
    this.#typists?.clear();
    this.#stopWaiting();
  }

  #takeMessages(range: Range): void {
    const { first } = range;
    this.#newest = Math.max(this.#newest, lastOf(range));
    // The room fetches them when it goes on.
    if (this.#isPaused || this.#isSealed) return;
    if (this.#held.length === 0 && this.#last !== undefined && first <= this.#last + 1) {
      this.#hand(range);
      return;
    }
    if (this.#held.length < MAX_HELD) this.#held.push(range);
    this.#advance();
  }

  /** Takes an event other than a message. */
  #takeOther(event: LiveEvent): void {
    const { version, changes_message, typing, is_suspended = false } = event.header;
    if (this.#isPaused || (version !== undefined && version <= this.#version)) return;
    if (this.#isSealed && version === undefined) return;
    if (typing && !this.#noteTyping(typing.user_id, typing.is_typing)) return;
    this.#version = version ?? this.#version;
    // A message that is held back may be older than the change. The room fetches it as it is by then.
    if (changes_message) this.#held = [];
    this.#parts.deliver(this, event);
    if (this.#observers) for (const observe of this.#observers) observe(event);
    if (version === undefined) return;
    this.#typists?.keepOnly(participantsIn(event));
    if (is_suspended) this.seal();
    else if (this.#isSealed) this.unseal();
  }

  /** Returns false for an event that changes nothing: its frame goes to no socket. */
  #noteTyping(userId: number, isTyping: boolean): boolean {
    this.#typists ??= new Typists((typistId) => {
      this.#parts.deliver(this, typingEvent(this.conversationId, typistId, false));
    });
    return this.#typists.note(userId, isTyping);
  }

  #hand(range: Range): void {
    const { first, frames } = range;
    const last = lastOf(range);
    if (this.#last === undefined || last <= this.#last) return;
    const next = this.#last + 1;
    this.subscribers.publish(first === next ? frames : frames.slice(next - first));
    this.#parts.onHanded(this, next, last);
    this.#last = last;
  }

  /** Hands over the held ranges that follow without a gap, and waits for the missing messages. */
  #advance(): void {
    if (this.#last === undefined || this.#isPaused || this.#isSealed) return;
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
    if (this.#isClosed || this.#mayNotPass() || this.#last === undefined || this.#last >= this.#newest) {
      this.#timer = undefined;
      return;
    }
    const before = this.#last;
    const wait = FETCH_RETRIES_MS[attempt];
    let isGivenUp = false;
    try {
      await this.#fetchBehind(before);
    } catch (error) {
      this.#parts.onFault(error, this.conversationId);
    }
    if (wait === undefined && this.#last === before) isGivenUp = await this.#giveUp();
    if (this.#isClosed) return;
    this.#timer = undefined;
    if (this.#mayNotPass()) return;
    if (isGivenUp || this.#last > before) this.#advance();
    else if (wait !== undefined) this.#timer = setTimeout(() => void this.#fill(attempt + 1), wait);
    else this.#timer = setTimeout(() => void this.#fill(attempt), FETCH_RETRIES_MS.at(-1));
  }

  #mayNotPass(): boolean {
    return this.#isPaused || this.#isSealed;
  }

  /** Fetches the messages behind one and hands them over, unless the room was paused meanwhile. */
  async #fetchBehind(last: number): Promise<void> {
    const changes: LiveEvent[] = [];
    const stop = this.addObserver((event) => event.header.changes_message && changes.push(event));
    try {
      const next = this.#held[0];
      const upToSeq = next ? next.first - 1 : this.#newest;
      const messages = await this.#parts.fetchRange(this.conversationId, last, upToSeq);
      if (this.#mayNotPass()) return;
      for (const message of messages) {
        if (message.seq === (this.#last ?? last) + 1)
          this.#hand({ first: message.seq, frames: [newMessageFrame(message)] });
      }
      // The fetched messages may be older than these changes.
      for (const change of changes) this.#parts.deliver(this, change);
    } finally {
      stop();
    }
  }

  /**
   * Gives up the missing messages, and drops the held ranges beyond the head. No such message is stored, and a `seq` that no
   * message has would keep all later ones from the sockets. Returns false when the head is not known now.
   */
  async #giveUp(): Promise<boolean> {
    const suspected = new Set(this.#held);
    let head: number;
    try {
      head = await this.#parts.headOf(this.conversationId);
    } catch (error) {
      this.#parts.onFault(error, this.conversationId);
      return false;
    }
    if (this.#isClosed || this.#mayNotPass() || this.#last === undefined) return false;
    this.#held = this.#held.filter((range) => !suspected.has(range) || lastOf(range) <= head);
    this.#newest = this.#held.reduce((newest, range) => Math.max(newest, lastOf(range)), Math.max(head, this.#last));
    const next = this.#held[0];
    this.#last = next ? Math.max(next.first - 1, this.#last) : this.#newest;
    this.#parts.onGivenUp(this);
    return true;
  }
}

function lastOf({ first, frames }: Range): number {
  return first + frames.length - 1;
}

function participantsIn({ frames: [frame] }: LiveEvent): readonly number[] {
  const { data } = JSON.parse(Buffer.from(frame ?? '').toString()) as { data: { conversation: Conversation } };
  return data.conversation.participants;
}
