import type { Language } from './language.ts';

const DAY_MS = 24 * 60 * 60 * 1_000;
const formats = new Map<string, Intl.DateTimeFormat>();

function format(language: Language, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${language} ${JSON.stringify(options)}`;
  let found = formats.get(key);
  if (!found) {
    found = new Intl.DateTimeFormat(language === 'en' ? 'en-GB' : language, options);
    formats.set(key, found);
  }
  return found;
}

/** Returns a time of day, as 14:05. */
export function timeOfDay(language: Language, iso: string): string {
  return format(language, { hour: '2-digit', minute: '2-digit' }).format(new Date(iso));
}

/** Returns the whole date and time, for titles and screen readers. */
export function fullTime(language: Language, iso: string): string {
  return format(language, { dateStyle: 'long', timeStyle: 'short' }).format(new Date(iso));
}

/** Returns a key of the day of a time, in the zone of the device: 2026-11-30. */
export function dayOf(iso: string): string {
  const date = new Date(iso);
  return `${date.getFullYear()}-${String(date.getMonth() + 1).padStart(2, '0')}-${String(date.getDate()).padStart(2, '0')}`;
}

/** Returns the days between a day and today: 0 for today, 1 for yesterday. */
function daysAgo(iso: string, now = new Date()): number {
  const startOf = (date: Date) => new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();
  return Math.round((startOf(now) - startOf(new Date(iso))) / DAY_MS);
}

/** Returns the name of a day for a separator: Monday, 30 November. `relative` has the words for today and yesterday. */
export function dayName(language: Language, iso: string, relative: { today: string; yesterday: string }): string {
  const ago = daysAgo(iso);
  if (ago === 0) return relative.today;
  if (ago === 1) return relative.yesterday;
  const isThisYear = new Date(iso).getFullYear() === new Date().getFullYear();
  const options = { weekday: 'long', day: 'numeric', month: 'long' } as const;
  return format(language, isThisYear ? options : { ...options, year: 'numeric' }).format(new Date(iso));
}

/** Returns a short time for a list: the time of today, the weekday of this week, else the date. */
export function shortTime(language: Language, iso: string): string {
  const ago = daysAgo(iso);
  if (ago <= 0) return timeOfDay(language, iso);
  if (ago < 7) return format(language, { weekday: 'short' }).format(new Date(iso));
  return format(language, { day: 'numeric', month: 'short' }).format(new Date(iso));
}

/** Returns the names of the days of a week, Monday first. */
export function weekDays(language: Language): string[] {
  // The first of January 2024 was a Monday.
  return Array.from({ length: 7 }, (_, day) =>
    format(language, { weekday: 'short' }).format(new Date(2024, 0, 1 + day)),
  );
}
