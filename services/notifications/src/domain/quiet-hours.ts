import { canonicalTimeZone } from '@vestnik/contracts';

/** A daily span without pushes: from `start` on, up to but not including `end`; both `HH:MM`. */
export interface QuietHours {
  start: string;
  end: string;
}

/**
 * Returns the minutes since midnight (0 to 1439) that clocks in a time zone show at a moment. Undefined for a time zone that
 * this process does not know, such as one that an instance with newer data has stored.
 */
export type LocalClock = (timeZone: string, at: Date) => number | undefined;

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
    return format && minuteOfDay(format.format(at));
  };
}

function createFormat(timeZone: string): Intl.DateTimeFormat | undefined {
  try {
    return new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/**
 * Returns true when `minute` (of the local day) lies in the quiet hours. A span whose end is before its start goes over
 * midnight. A span that starts when it ends is empty: a user who wants a whole day of silence mutes.
 */
export function isQuiet(hours: QuietHours, minute: number): boolean {
  const start = minuteOfDay(hours.start);
  const end = minuteOfDay(hours.end);
  return start <= end ? minute >= start && minute < end : minute >= start || minute < end;
}

function minuteOfDay(clock: string): number {
  return Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3, 5));
}
