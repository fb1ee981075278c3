import { conversationTopic, type Publisher, type Session } from '../sessions/session.ts';
import { type TopicActivity, TopicHolder } from './topic-activity.ts';

interface Hearer {
  readonly sessions: readonly Session[];
}

/**
 * Who hears a conversation here, and how: the first frame after a silence is sent to each socket by hand, the next brings
 * all of them into the conversation's topic, and a minute or two of silence takes them out again.
 */
export class RoomSubscribers<User extends Hearer = Hearer> extends TopicHolder {
  /** The participants with a socket here. Entered and left by `enter` and `leave` alone. */
  readonly users: User[] = [];
  readonly #topic: string;
  readonly #publisher: Publisher;
  #isInTopic = false;

  constructor(conversationId: number, publisher: Publisher, topicActivity: TopicActivity) {
    super(topicActivity);
    this.#topic = conversationTopic(conversationId);
    this.#publisher = publisher;
  }

  has(user: User): boolean {
    return this.users.includes(user);
  }

  /** Whoever is in already stays as they are. */
  enter(user: User): void {
    if (this.has(user)) return;
    this.users.push(user);
    for (const session of user.sessions) this.addSession(session);
  }

  leave(user: User): void {
    const at = this.users.indexOf(user);
    const last = this.users.pop();
    if (at === -1 || !last) throw new Error('a user leaves who is not there');
    if (last !== user) this.users[at] = last;
    if (this.#isInTopic) for (const session of user.sessions) session.leave(this.#topic);
  }

  /** Lets another session of somebody who is in hear too. */
  addSession(session: Session): void {
    if (this.#isInTopic) session.join(this.#topic);
  }

  /** Hands frames to everybody but `leftOut`. */
  publish(frames: readonly (string | Uint8Array)[], leftOut: readonly Session[] = []): void {
    if (this.noteActivity() || frames.length > 1) this.#publishToTopic(frames, leftOut);
    else this.#sendByHand(frames, leftOut);
  }

  protected override releaseTopic(): void {
    if (!this.#isInTopic) return;
    this.#isInTopic = false;
    for (const session of this.#sessions()) session.leave(this.#topic);
  }

  #sendByHand(frames: readonly (string | Uint8Array)[], leftOut: readonly Session[]): void {
    for (const session of this.#sessions()) {
      if (leftOut.includes(session)) continue;
      for (const frame of frames) session.send(frame);
    }
  }

  /** The excluded leave the topic for the moment, which costs them alone and not the many who get the frames. */
  #publishToTopic(frames: readonly (string | Uint8Array)[], leftOut: readonly Session[]): void {
    if (!this.#isInTopic) {
      this.#isInTopic = true;
      for (const session of this.#sessions()) session.join(this.#topic);
    }
    const away = leftOut.filter((session) => session.isIn(this.#topic));
    for (const session of away) session.leave(this.#topic);
    for (const frame of frames) this.#publisher.publish(this.#topic, frame);
    for (const session of away) session.join(this.#topic);
  }

  *#sessions(): Generator<Session> {
    for (const user of this.users) yield* user.sessions;
  }
}
