import { conversationTopic, type Publisher, type Session } from './session.ts';

interface Hearer {
  readonly sessions: readonly Session[];
}

/**
 * Who hears a conversation here, and how. A topic costs a tenth of a kilobyte for each socket in it, so sockets are in
 * the topics of conversations that are talked in, and in no other: the first frame after a silence is sent to each socket
 * by hand, the next brings all of them into the topic, and a minute of silence takes them out again.
 */
export class Audience<User extends Hearer = Hearer> {
  /** The participants with a socket here. Entered and left by `enter` and `leave` alone. */
  readonly users: User[] = [];
  readonly #topic: string;
  readonly #publisher: Publisher;
  readonly #warmth: Warmth;
  #isInTopic = false;
  /** The period of the last frame; undefined after a silence. */
  #heardIn: number | undefined;

  constructor(conversationId: number, publisher: Publisher, warmth: Warmth) {
    this.#topic = conversationTopic(conversationId);
    this.#publisher = publisher;
    this.#warmth = warmth;
  }

  has(user: User): boolean {
    return this.users.includes(user);
  }

  /** Whoever is in already stays as they are. */
  enter(user: User): void {
    if (this.has(user)) return;
    this.users.push(user);
    for (const session of user.sessions) this.admit(session);
  }

  leave(user: User): void {
    const at = this.users.indexOf(user);
    const last = this.users.pop();
    if (at === -1 || !last) throw new Error('a user leaves who is not there');
    if (last !== user) this.users[at] = last;
    if (this.#isInTopic) for (const session of user.sessions) session.leave(this.#topic);
  }

  /** Lets another session of somebody who is in hear too. */
  admit(session: Session): void {
    if (this.#isInTopic) session.join(this.#topic);
  }

  /** Hands frames to everybody but `leftOut`. */
  publish(frames: readonly (string | Uint8Array)[], leftOut: readonly Session[] = []): void {
    const isSecond = this.#heardIn !== undefined;
    this.#heardIn = this.#warmth.note(this);
    if (isSecond || frames.length > 1) this.#publishToTopic(frames, leftOut);
    else this.#sendByHand(frames, leftOut);
  }

  /** Ends what `publish` began when there was silence since the period before the given one. */
  coolIfSilent(period: number): boolean {
    if (this.#heardIn !== undefined && this.#heardIn >= period - 1) return false;
    this.#heardIn = undefined;
    if (this.#isInTopic) {
      this.#isInTopic = false;
      for (const session of this.#sessions()) session.leave(this.#topic);
    }
    return true;
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

/** Knows which audiences have heard something lately. */
export interface Warmth {
  /** An audience hears something; returns the present period. */
  note(audience: Audience): number;
  /** An audience is no more. */
  forget(audience: Audience): void;
  stop(): void;
}

/** A conversation that is silent for this long, or up to twice as long, leaves its topic; in milliseconds. */
const PERIOD_MS = 60_000;

/** Creates the warmth of one gateway. */
export function createWarmth(periodMs = PERIOD_MS): Warmth {
  const warm = new Set<Audience>();
  let period = 0;
  const timer = setInterval(() => {
    period += 1;
    for (const audience of warm) if (audience.coolIfSilent(period)) warm.delete(audience);
  }, periodMs);
  return {
    note(audience) {
      warm.add(audience);
      return period;
    },
    forget: (audience) => void warm.delete(audience),
    stop: () => clearInterval(timer),
  };
}
