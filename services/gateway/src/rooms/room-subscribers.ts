import { type CompactSet, holds, sizeOf, withItem, withoutItem } from './compact-set.ts';
import type { FrameReceiver, Publisher, Subscriber } from './subscriber.ts';
import { type TopicActivity, TopicHolder } from './topic-activity.ts';

const NONE: readonly never[] = [];

/**
 * The participants of a conversation with a socket here, and how frames reach them. The first frame after a silence goes
 * to each socket by itself. The next one brings all sockets into the conversation's topic, and a minute or two of silence
 * takes them out again.
 */
export class RoomSubscribers<User extends Subscriber = Subscriber> extends TopicHolder {
  readonly #topic: string;
  readonly #publisher: Publisher;
  #users: CompactSet<User> = NONE;
  #isInTopic = false;

  constructor(conversationId: number, publisher: Publisher, topicActivity: TopicActivity) {
    super(topicActivity);
    this.#topic = `c${conversationId}`;
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

  /** Removes a participant. Removing a participant who is not there changes nothing. */
  remove(user: User): void {
    this.#users = withoutItem(this.#users, user);
    if (this.#isInTopic) for (const session of user.sessions) session.leave(this.#topic);
  }

  /** Adds one more socket of a participant. */
  addSession(session: FrameReceiver): void {
    if (this.#isInTopic) session.join(this.#topic);
  }

  /** Hands frames to every socket but the excluded ones. */
  publish(frames: readonly (string | Uint8Array)[], excluded: readonly FrameReceiver[] = NONE): void {
    if (this.noteActivity() || frames.length > 1) this.#publishToTopic(frames, excluded);
    else this.#sendToEach(frames, excluded);
  }

  protected override releaseTopic(): void {
    if (!this.#isInTopic) return;
    this.#isInTopic = false;
    for (const session of this.#sessions()) session.leave(this.#topic);
  }

  #sendToEach(frames: readonly (string | Uint8Array)[], excluded: readonly FrameReceiver[]): void {
    for (const session of this.#sessions()) {
      if (excluded.includes(session)) continue;
      for (const frame of frames) session.send(frame);
    }
  }

  /** Excluded sockets leave the topic for the moment. This costs the few that are excluded, not the many that are not. */
  #publishToTopic(frames: readonly (string | Uint8Array)[], excluded: readonly FrameReceiver[]): void {
    if (!this.#isInTopic) {
      this.#isInTopic = true;
      for (const session of this.#sessions()) session.join(this.#topic);
    }
    const away = excluded.filter((session) => session.isIn(this.#topic));
    for (const session of away) session.leave(this.#topic);
    for (const frame of frames) this.#publisher.publish(this.#topic, frame);
    for (const session of away) session.join(this.#topic);
  }

  *#sessions(): Generator<FrameReceiver> {
    for (const user of this.#users) yield* user.sessions;
  }
}
