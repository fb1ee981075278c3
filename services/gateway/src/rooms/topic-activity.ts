/**
 * Something that has a topic of uWebSockets while it is active. A place in a topic takes 0.1 KB for each socket, and most
 * conversations are silent at any time. The first frame after a silence is sent to each socket by itself.
 */
export abstract class TopicHolder {
  readonly #activity: TopicActivity;
  /** The period of the newest activity; undefined after a silence. */
  #activeIn: number | undefined;

  constructor(activity: TopicActivity) {
    this.#activity = activity;
  }

  /** Notes that something is sent. Returns false for the first after a silence. */
  protected noteActivity(): boolean {
    const isActive = this.#activeIn !== undefined;
    this.#activeIn = this.#activity.note(this);
    return isActive;
  }

  /** Gives back the topic. */
  protected abstract releaseTopic(): void;

  /** Gives back the topic if nothing was sent since the period before the given one. Returns whether it did. */
  releaseIfInactive(period: number): boolean {
    if (this.#activeIn !== undefined && this.#activeIn >= period - 1) return false;
    this.#activeIn = undefined;
    this.releaseTopic();
    return true;
  }
}

/** The holders that were active lately. */
export interface TopicActivity {
  /** Notes that a holder is active. Returns the present period. */
  note(holder: TopicHolder): number;
  /** Forgets a holder that has ended. */
  forget(holder: TopicHolder): void;
  stop(): void;
}

/** A holder gives back its topic after 1 to 2 silent periods of this many milliseconds. */
const PERIOD_MS = 60_000;

/** Creates the topic activity of one gateway. */
export function createTopicActivity(periodMs = PERIOD_MS): TopicActivity {
  const active = new Set<TopicHolder>();
  let period = 0;
  const timer = setInterval(() => {
    period += 1;
    for (const holder of active) if (holder.releaseIfInactive(period)) active.delete(holder);
  }, periodMs);
  return {
    note(holder) {
      active.add(holder);
      return period;
    },
    forget: (holder) => void active.delete(holder),
    stop: () => clearInterval(timer),
  };
}
