/**
 * Shares the queries of one kind among the callers of one user. One query of a user is under way at most. Callers that come
 * meanwhile share the next one, which begins when it ends. So each caller gets an answer that was read after the call.
 */
export interface SharedReads<Result> {
  /** Runs `query`, or shares the next one of the user. */
  read(userId: number, query: () => Promise<Result>): Promise<Result>;
}

/** The query of one user that is under way, and the next one. */
interface Turn<Result> {
  ended: Promise<unknown>;
  next: Promise<Result> | undefined;
}

/** Creates the shared reads of one gateway. Nothing is kept for a user without a query under way. */
export function createSharedReads<Result>(): SharedReads<Result> {
  const turns = new Map<number, Turn<Result>>();

  function begin(userId: number, query: () => Promise<Result>): Promise<Result> {
    const result = query();
    const turn: Turn<Result> = { ended: result.catch(() => undefined), next: undefined };
    turns.set(userId, turn);
    void turn.ended.then(() => {
      if (!turn.next) turns.delete(userId);
    });
    return result;
  }

  return {
    read(userId, query) {
      const turn = turns.get(userId);
      if (!turn) return begin(userId, query);
      turn.next ??= turn.ended.then(() => begin(userId, query));
      return turn.next;
    },
  };
}
