/**
 * Something that has a topic of uWebSockets while it is talked in: a place in a topic costs a tenth of a kilobyte for each
 * socket, and most is silent at any time. What is said after a silence is sent by hand.
 */
export abstract class TopicHolder {
  readonly #topicActivity: TopicActivity;
  /** The period in which something was said last; undefined after a silence. */
  #talkedIn: number | undefined;

  constructor(topicActivity: TopicActivity) {
    this.#topicActivity = topicActivity;
  }

  /** Notes that something is said; true when it was not the first after a silence. */
  protected noteActivity(): boolean {
    const isTalkedIn = this.#talkedIn !== undefined;
    this.#talkedIn = this.#topicActivity.note(this);
    return isTalkedIn;
  }

  /** Gives back the topic. */
  protected abstract releaseTopic(): void;

  /** Ends what `talk` began when there was silence since the period before the given one. */
  releaseIfInactive(period: number): boolean {
    if (this.#talkedIn !== undefined && this.#talkedIn >= period - 1) return false;
    this.#talkedIn = undefined;
    this.releaseTopic();
    return true;
  }
}

/** Knows where something was said lately. */
export interface TopicActivity {
  /** Something is said there; returns the present period. */
  note(place: TopicHolder): number;
  /** The place is no more. */
  forget(place: TopicHolder): void;
  stop(): void;
}

/** What is silent for this long, or up to twice as long, gives back its topic; in milliseconds. */
const PERIOD_MS = 60_000;

/** Creates the topicActivity of one gateway. */
export function createTopicActivity(periodMs = PERIOD_MS): TopicActivity {
  const warm = new Set<TopicHolder>();
  let period = 0;
  const timer = setInterval(() => {
    period += 1;
    for (const place of warm) if (place.releaseIfInactive(period)) warm.delete(place);
  }, periodMs);
  return {
    note(place) {
      warm.add(place);
      return period;
    },
    forget: (place) => void warm.delete(place),
    stop: () => clearInterval(timer),
  };
}
