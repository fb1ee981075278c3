/** A `timestamptz` of a session in UTC, with as many digits of a second as it needs. */
const UTC = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)(?:\.(\d+))?\+00$/;

/** Returns a `timestamptz` of Postgres in the ISO 8601 UTC form of every wire, cut to milliseconds. */
export function isoTime(value: string): string {
  // Sessions are in UTC, so that the text can be cut and padded without making a date.
  const [, day, time, fraction = ''] = UTC.exec(value) ?? [];
  if (day === undefined) return new Date(value).toISOString();
  return `${day}T${time}.${fraction.slice(0, 3).padEnd(3, '0')}Z`;
}

/** As `isoTime`; null stays null. */
export function isoTimeOrNull(value: string | null): string | null {
  return value === null ? null : isoTime(value);
}
