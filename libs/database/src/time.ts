/** A `timestamptz` of a session in UTC, with as many digits behind the second as it needs. */
const UTC = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)(?:\.(\d+))?\+00$/;

/** A `timestamptz` as Postgres writes it, in the ISO 8601 UTC form that every wire uses; finer than a millisecond is cut. */
export function isoTime(value: string): string {
  // Connections are in UTC, where cutting and padding text says the same as a date made and written.
  const [, day, time, fraction = ''] = UTC.exec(value) ?? [];
  if (day === undefined) return new Date(value).toISOString();
  return `${day}T${time}.${fraction.slice(0, 3).padEnd(3, '0')}Z`;
}

/** As `isoTime`; null stays null. */
export function isoTimeOrNull(value: string | null): string | null {
  return value === null ? null : isoTime(value);
}
