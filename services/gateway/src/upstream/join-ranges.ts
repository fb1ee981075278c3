/** A range of messages for one user: those behind `afterSeq` up to `upToSeq`. */
export interface UserRange {
  userId: number;
  conversationId: number;
  afterSeq: number;
  upToSeq: number;
}

/**
 * Joins ranges without a gap between them, so that each marker is named once. A range that begins behind another one would
 * not move the marker before the other has; it is returned in `apart`, for a later report.
 */
export function joinRanges(ranges: readonly UserRange[]): { joined: UserRange[]; apart: UserRange[] } {
  const joined = new Map<string, UserRange>();
  const apart: UserRange[] = [];
  for (const range of ranges) {
    const key = `${range.conversationId} ${range.userId}`;
    const other = joined.get(key);
    if (!other) joined.set(key, range);
    else if (range.afterSeq > other.upToSeq || range.upToSeq < other.afterSeq) apart.push(range);
    else {
      const afterSeq = Math.min(range.afterSeq, other.afterSeq);
      joined.set(key, { ...range, afterSeq, upToSeq: Math.max(range.upToSeq, other.upToSeq) });
    }
  }
  return { joined: [...joined.values()], apart };
}
