/** The longest time for which somebody got nothing, while there was something to get. */
export interface Silence {
  begin(userIds: readonly number[]): void;
  /** A client got a message that it did not have. */
  heard(userId: number): void;
  end(): void;
  longest(): { longestMs: number; userId: number };
}

/** Creates a stopwatch for everybody. */
export function createSilence(): Silence {
  const lastHeard = new Map<number, number>();
  let longest = { longestMs: 0, userId: 0 };

  const note = (userId: number, now: number) => {
    const since = lastHeard.get(userId);
    if (since === undefined) return;
    const longestMs = Math.round(now - since);
    if (longestMs > longest.longestMs) longest = { longestMs, userId };
  };

  return {
    begin(userIds) {
      const now = performance.now();
      for (const userId of userIds) lastHeard.set(userId, now);
    },
    heard(userId) {
      const now = performance.now();
      note(userId, now);
      if (lastHeard.has(userId)) lastHeard.set(userId, now);
    },
    end() {
      const now = performance.now();
      for (const userId of lastHeard.keys()) note(userId, now);
      lastHeard.clear();
    },
    longest: () => longest,
  };
}
