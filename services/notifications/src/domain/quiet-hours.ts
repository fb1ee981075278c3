import { canonicalTimeZone } from '@vestnik/contracts';

/** A span without pushes: from `start` on, up to but not including `end`; both `HH:MM`. */
export interface QuietHours {
  start: string;
  end: string;
  /** The days on which the span begins; 1 is Monday. */
  days: readonly number[];
}

/** The time that clocks show. */
export interface LocalTime {
  /** Minutes since midnight, 0 to 1439. */
  minute: number;
  /** 1 is Monday, 7 is Sunday. */
  day: number;
}

/**
 * Returns the time that clocks in a time zone show at a moment. Undefined for a time zone that this process does not know,
 * such as one that an instance with newer data has stored.
 */
export type LocalClock = (timeZone: string, at: Date) => LocalTime | undefined;

const DAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];

/**
 * Creates a clock that keeps one formatter for each time zone: creating a formatter costs far more than using it. Spellings
 * of one zone share a formatter, so there are never more formatters than time zones.
 */
export function createLocalClock(): LocalClock {
  const formats = new Map<string, Intl.DateTimeFormat | undefined>();
  return (timeZone, at) => {
    const name = canonicalTimeZone(timeZone);
    if (name === undefined) return undefined;
    if (!formats.has(name)) formats.set(name, createFormat(name));
    const format = formats.get(name);
    if (!format) return undefined;
    const shown = format.format(at);
    return { minute: minuteOfDay(shown.slice(-5)), day: DAYS.indexOf(shown.slice(0, 3)) + 1 };
  };
}

function createFormat(timeZone: string): Intl.DateTimeFormat | undefined {
  try {
    return new Intl.DateTimeFormat('en-GB', {
      timeZone,
      weekday: 'short',
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
    });
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/**
 * Returns true when a local time lies in the quiet hours. A span whose end is before its start goes over midnight, and its
 * second part belongs to the day before. A span that starts when it ends is empty: a user who wants a whole day of silence
 * mutes.
 */
export function isQuiet({ start: from, end: to, days }: QuietHours, { minute, day }: LocalTime): boolean {
  const start = minuteOfDay(from);
  const end = minuteOfDay(to);
  const dayBefore = day === 1 ? 7 : day - 1;
  if (start <= end) return minute >= start && minute < end && days.includes(day);
  return (minute >= start && days.includes(day)) || (minute < end && days.includes(dayBefore));
}

function minuteOfDay(clock: string): number {
  return Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3, 5));
}
