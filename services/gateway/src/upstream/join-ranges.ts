import type { ConnectedUser } from '../users/connected-user.ts';

/** A stretch that reached a user: the messages behind `afterSeq` up to `upToSeq`. */
export interface Reached {
  user: ConnectedUser;
  conversationId: number;
  afterSeq: number;
  upToSeq: number;
}

/**
 * One entry for each marker, since one that begins behind another would not move it before the other has: stretches
 * without a gap between them become one. What lies apart is for the next report.
 */
export function joinRanges(reached: readonly Reached[]): { entries: Reached[]; apart: Reached[] } {
  const entries = new Map<string, Reached>();
  const apart: Reached[] = [];
  for (const one of reached) {
    const key = `${one.conversationId} ${one.user.userId}`;
    const other = entries.get(key);
    if (!other) entries.set(key, one);
    else if (one.afterSeq > other.upToSeq || one.upToSeq < other.afterSeq) apart.push(one);
    else {
      const afterSeq = Math.min(one.afterSeq, other.afterSeq);
      entries.set(key, { ...one, afterSeq, upToSeq: Math.max(one.upToSeq, other.upToSeq) });
    }
  }
  return { entries: [...entries.values()], apart };
}
