/** A setting of our own in every session. A pooler that drops what a session asks for drops this setting too. */
const MARK = { name: 'vestnik.session', value: 'kept' };

/** Reads the mark of a session: `kept`, or null where the server never got it. */
export const READ_MARK = `current_setting('${MARK.name}', true)`;

/** True for a mark that came with this session's own settings. */
export function isMarked(mark: string | null): boolean {
  return mark === MARK.value;
}

/** Returns the option `options` of the driver: settings of Postgres for a session, by name, and the mark. */
export function sessionOptions(settings: Readonly<Record<string, string>>): string {
  return Object.entries({ ...settings, [MARK.name]: MARK.value })
    .map(([name, value]) => `-c ${name}=${value}`)
    .join(' ');
}
