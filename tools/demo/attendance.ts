import type { ChatLog } from './chat-log.ts';

/** When each person is connected, by the index of the person. */
export interface Attendance {
  /** People who connect only before their first line, in the second half. */
  late: Set<number>;
  /** People who leave at half time, because the second half of the log does not name them. */
  leaving: Set<number>;
  /** Index of the line at which half the log is over. */
  half: number;
  /** The person with the most lines of those who stay all the time. The terminal shows the screen of this person. */
  watcher: number;
}

/** People who leave at half time at most. */
const LEAVING = 3;

/** Finds the people of a log who come late, leave early or stay all the time. */
export function planAttendance(log: ChatLog): Attendance {
  const half = Math.ceil(log.lines.length / 2);
  const spoken = log.people.map(() => 0);
  const first = log.people.map(() => Number.POSITIVE_INFINITY);
  const last = log.people.map(() => 0);
  for (const [index, { author, addressee }] of log.lines.entries()) {
    spoken[author] = (spoken[author] ?? 0) + 1;
    first[author] = Math.min(first[author] ?? 0, index);
    last[author] = index;
    if (addressee !== undefined) last[addressee] = index;
  }
  const indexes = log.people.map((_, index) => index);
  const late = new Set(indexes.filter((index) => (first[index] ?? 0) >= half));
  const bySpoken = indexes.filter((index) => !late.has(index)).toSorted((a, b) => (spoken[b] ?? 0) - (spoken[a] ?? 0));
  const watcher = bySpoken[0] ?? 0;
  const leaving = bySpoken.slice(1).filter((index) => (last[index] ?? 0) < half);
  return { late, leaving: new Set(leaving.slice(0, LEAVING)), half, watcher };
}
