/** What one person's client holds of one conversation, and what was wrong with how it came. */
export interface Copy {
  /** Message id by `seq`. */
  readonly messages: Map<number, number>;
  /** Everything from 1 to here is held. */
  upTo: number;
  /** `seq` of the newest live event on the present socket; 0 before the first. */
  live: number;
  /** True from a hole in the live events to the `resync` that has to follow it. */
  hole: boolean;
}

/** A copy of a conversation of which nothing is held. */
export function createCopy(): Copy {
  return { messages: new Map(), upTo: 0, live: 0, hole: false };
}

/** Takes a message in, live or by `sync`; returns what is wrong with it, if anything is. */
export function take(copy: Copy, message: { id: number; seq: number }, isLive: boolean): string | undefined {
  const { id, seq } = message;
  if (isLive) {
    if (seq <= copy.live) return `seq ${seq} came live after seq ${copy.live}`;
    if (copy.live > 0 && seq > copy.live + 1) copy.hole = true;
    copy.live = seq;
  }
  const held = copy.messages.get(seq);
  if (held !== undefined && held !== id) return `seq ${seq} is message ${held} and message ${id}`;
  copy.messages.set(seq, id);
  while (copy.messages.has(copy.upTo + 1)) copy.upTo += 1;
  return undefined;
}
