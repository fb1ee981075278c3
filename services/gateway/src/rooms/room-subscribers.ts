import { type CompactSet, holds, sizeOf, withItem, withoutItem } from './compact-set.ts';
import { type FrameReceiver, type Publisher, type Subscriber, sendLive } from './subscriber.ts';
import { type TopicActivity, TopicHolder } from './topic-activity.ts';

const NONE: readonly never[] = [];

/**
 * The participants of a conversation with a socket here, and how frames reach them. The first frame after a silence goes
 * to each socket by itself. The next one brings all sockets into the conversation's topic, and a minute or two of silence
 * takes them out again.
 */
export class RoomSubscribers<User extends Subscriber = Subscriber> extends TopicHolder {
  readonly #conversationId: number;
  readonly #topic: string;
  readonly #publisher: Publisher;
  #users: CompactSet<User> = NONE;
  #isInTopic = false;
  /** The sockets that lag, while the others are in the topic; undefined for none. */
  #lagging: readonly FrameReceiver[] | undefined;
  /** Messages up to a `seq` are hidden from these participants, who joined on this gateway. Undefined for none. */
  #hiddenUpTo: Map<User, number> | undefined;

  constructor(conversationId: number, publisher: Publisher, topicActivity: TopicActivity) {
    super(topicActivity);
    this.#conversationId = conversationId;
    this.#topic = `c${conversationId}`;
    this.#lagging = undefined;
    this.#publisher = publisher;
  }

  /** The participants, in no particular order. */
  users(): Iterable<User> {
    return this.#users;
  }

  count(): number {
    return sizeOf(this.#users);
  }

  has(user: User): boolean {
    return holds(this.#users, user);
  }

  /** Adds a participant. Adding a participant again changes nothing. */
  add(user: User): void {
    if (this.has(user)) return;
    this.#users = withItem(this.#users, user);
    for (const session of user.sessions) this.addSession(session);
  }

  /** Hides changes of messages up to a `seq` from a participant, until the participant is removed. */
  hideUpTo(user: User, seq: number): void {
    this.#hiddenUpTo ??= new Map();
    this.#hiddenUpTo.set(user, seq);
  }

  /** Returns the participants who may not see a message, by `hideUpTo`. */
  hiddenFrom(seq: number): User[] {
    return [...(this.#hiddenUpTo ?? NONE)].filter(([, upTo]) => seq <= upTo).map(([user]) => user);
  }

  /** Removes a participant. Removing a participant who is not there changes nothing. */
  remove(user: User): void {
    this.#hiddenUpTo?.delete(user);
    this.#users = withoutItem(this.#users, user);
    if (this.#isInTopic) for (const session of user.sessions) this.#leave(session);
  }

  /** Adds one more socket of a participant. */
  addSession(session: FrameReceiver): void {
    if (this.#isInTopic) this.#join(session);
  }

  /** Takes that a socket of a participant begins to lag, or keeps up again. Its `budget` says which. */
  changePace(session: FrameReceiver): void {
    if (!this.#isInTopic) return;
    this.#leave(session);
    this.#join(session);
  }

  /** Forgets a socket that has closed. */
  forgetSession(session: FrameReceiver): void {
    if (session.budget) this.#leave(session);
  }

  /** Hands frames to every socket but the excluded ones. */
  publish(frames: readonly (string | Uint8Array)[], excluded: readonly FrameReceiver[] = NONE): void {
    if (this.noteActivity() || frames.length > 1) this.#publishToTopic(frames, excluded);
    else this.#sendToEach(frames, excluded);
  }

  protected override releaseTopic(): void {
    if (!this.#isInTopic) return;
    this.#isInTopic = false;
    this.#lagging = undefined;
    for (const session of this.#sessions()) session.leave(this.#topic);
  }

  #join(session: FrameReceiver): void {
    if (session.budget) this.#lagging = [...(this.#lagging ?? NONE), session];
    else session.join(this.#topic);
  }

  #leave(session: FrameReceiver): void {
    session.leave(this.#topic);
    if (!this.#lagging) return;
    const left = this.#lagging.filter((other) => other !== session);
    this.#lagging = left.length > 0 ? left : undefined;
  }

  #sendToEach(frames: readonly (string | Uint8Array)[], excluded: readonly FrameReceiver[]): void {
    for (const session of this.#sessions()) {
      if (excluded.includes(session)) continue;
      for (const frame of frames) sendLive(session, frame, this.#conversationId);
    }
  }

  /** Excluded sockets leave the topic for the moment. This costs the few that are excluded, not the many that are not. */
  #publishToTopic(frames: readonly (string | Uint8Array)[], excluded: readonly FrameReceiver[]): void {
    if (!this.#isInTopic) {
      this.#isInTopic = true;
      for (const session of this.#sessions()) this.#join(session);
    }
    const away = excluded.filter((session) => session.isIn(this.#topic));
    for (const session of away) session.leave(this.#topic);
    for (const frame of frames) this.#publisher.publish(this.#topic, frame);
    for (const session of away) session.join(this.#topic);
    for (const session of this.#lagging ?? NONE) {
      if (excluded.includes(session)) continue;
      for (const frame of frames) sendLive(session, frame, this.#conversationId);
    }
  }

  *#sessions(): Generator<FrameReceiver> {
    for (const user of this.#users) yield* user.sessions;
  }
}
