/** Messages of one conversation by `seq`, with bounds of their ids, which ascend with `seq`. */
interface Range {
  first_seq: number;
  last_seq: number;
  first_id: number;
  last_id: number;
}

/**
 * Cuts the newest messages off ranges, about `most` of all ranges together. So a search reads no old message of one conversation
 * before the newer ones of another. The cut takes ids as spread evenly over a range. A range with an id above the cut
 * gives one message at least.
 *
 * @returns the index of each range that is cut, and the first `seq` of what is cut off
 */
export function newestSlices(ranges: readonly Range[], most: number): { index: number; first_seq: number }[] {
  let low = Math.min(...ranges.map(({ first_id }) => first_id)) - 1;
  let high = Math.max(...ranges.map(({ last_id }) => last_id)) - 1;
  const sumAbove = (id: number) => ranges.reduce((sum, range) => sum + countAbove(range, id), 0);
  // The largest id above which there are enough messages. Everything is cut off where there are not.
  while (low < high) {
    const middle = low + Math.ceil((high - low) / 2);
    if (sumAbove(middle) >= most) low = middle;
    else high = middle - 1;
  }
  return ranges.flatMap((range, index) => {
    const count = countAbove(range, low);
    return count > 0 ? [{ index, first_seq: range.last_seq - count + 1 }] : [];
  });
}

/** The messages of a range with ids above another id, about. */
function countAbove({ first_seq, last_seq, first_id, last_id }: Range, id: number): number {
  if (id >= last_id) return 0;
  const count = last_seq - first_seq + 1;
  if (id < first_id) return count;
  return Math.min(count, 1 + Math.floor(((last_id - id) / (last_id - first_id)) * (count - 1)));
}
