/** The measurements of the innocent user within some time. Times are in milliseconds. */
export interface Measured {
  /** Sends and lists that the system answered well. */
  answered: number;
  /** Sends, lists and pushes that failed, or took longer than 5 s. */
  refused: number;
  /** 99th percentile of the times to answer. */
  p99Ms: number;
  /** 99th percentile of the times from a send until its push arrived. */
  pushMs: number;
  /** The longest time for which the gateway answered no ping. */
  freezeMs: number;
}

/** Returns the part-th percentile of times; 0 for none. */
export function percentile(times: readonly number[], part: number): number {
  const sorted = times.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * part) - 1)] ?? 0;
}

/** Sums up rounds: counts are added, and of times the median over the rounds holds. One slow round may be the machine. */
export function overRounds(rounds: readonly Measured[]): Measured {
  const sum = (figure: 'answered' | 'refused') => rounds.reduce((all, round) => all + round[figure], 0);
  const median = (figure: 'p99Ms' | 'pushMs' | 'freezeMs') =>
    percentile(
      rounds.map((round) => round[figure]),
      0.5,
    );
  return {
    answered: sum('answered'),
    refused: sum('refused'),
    p99Ms: median('p99Ms'),
    pushMs: median('pushMs'),
    freezeMs: median('freezeMs'),
  };
}
