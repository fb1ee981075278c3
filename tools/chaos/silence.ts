/** How long each client got nothing new, while there was something to get. */
export interface Silence {
  begin(userIds: readonly number[]): void;
  /** A client got a message that it did not have. */
  received(userId: number): void;
  end(): void;
  /** The longest of a user, in milliseconds. */
  longestOf(userId: number): number;
}

/** Creates a stopwatch for all users. */
export function createSilence(): Silence {
  const lastHeard = new Map<number, number>();
  const longest = new Map<number, number>();

  const note = (userId: number, now: number) => {
    const since = lastHeard.get(userId);
    if (since === undefined) return;
    longest.set(userId, Math.max(longest.get(userId) ?? 0, Math.round(now - since)));
    lastHeard.set(userId, now);
  };

  return {
    begin(userIds) {
      const now = performance.now();
      for (const userId of userIds) lastHeard.set(userId, now);
    },
    received: (userId) => note(userId, performance.now()),
    end() {
      const now = performance.now();
      for (const userId of lastHeard.keys()) note(userId, now);
      lastHeard.clear();
    },
    longestOf: (userId) => longest.get(userId) ?? 0,
  };
}
