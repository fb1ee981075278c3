/** Counts of the events in the life of a client. */
export interface ClientFigures {
  /** Times that it was connected and caught up. */
  connections: number;
  resyncs: number;
  /** Messages that came live before `sync` brought them. */
  live: number;
  /** Requests that were repeated, by why: a refusal's code, `lost` or `silent`. */
  repeated: Map<string, number>;
  /** How its sockets ended, by close code. */
  closes: Map<number, number>;
  /** Longest that an open socket took to answer, in milliseconds. */
  slowestReplyMs: number;
}

/** The figures of a client to which nothing has happened yet. */
export function createClientFigures(): ClientFigures {
  return { connections: 0, resyncs: 0, live: 0, repeated: new Map(), closes: new Map(), slowestReplyMs: 0 };
}

/** Counts one more of a kind. */
export function count<Key>(counts: Map<Key, number>, key: Key): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
