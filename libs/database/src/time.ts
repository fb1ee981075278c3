/** A `timestamptz` as Postgres writes it, in the ISO 8601 UTC form that every wire uses. */
export function isoTime(value: string): string {
  return new Date(value).toISOString();
}

/** As `isoTime`; null stays null. */
export function isoTimeOrNull(value: string | null): string | null {
  return value === null ? null : isoTime(value);
}
