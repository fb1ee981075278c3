import { SettingError } from '@vestnik/config';
import type { ClientBase } from 'pg';
import { isMarked, READ_MARK } from './session.ts';

/** The oldest PostgreSQL that the services support. */
export const LEAST_POSTGRES = 15;

/** Milliseconds for the questions to a new connection. */
const CHECK_TIMEOUT_MS = 2_800;

/** The end of every refusal of a pooler. */
const WHAT_TO_USE = 'connect to PostgreSQL itself, or to a pooler in session mode that passes startup options on';

interface Answer {
  version: string;
  number: string;
  encoding: string;
  mark: string | null;
}

const UNKNOWN: Answer = { version: 'unknown', number: '0', encoding: 'unknown', mark: null };

const question = {
  text: `select current_setting('server_version') as version, current_setting('server_version_num') as number,
                current_setting('server_encoding') as encoding, ${READ_MARK} as mark`,
  query_timeout: CHECK_TIMEOUT_MS,
};

/** Whether capitals of Russian, German and Turkish become the small letters that they are everywhere: Д, Ё, Ä, I. */
const folding = {
  text: `select lower(chr(1044) || chr(1025) || chr(196) || 'I') = chr(1076) || chr(1105) || chr(228) || 'i' as folds`,
  query_timeout: CHECK_TIMEOUT_MS,
};

/**
 * Checks on a new connection that its server is fit for the services.
 *
 * @throws SettingError in one line when the server is too old, or the session settings did not arrive there. Also when the
 *   encoding or the locale of the database would break the folding of cases.
 */
export async function checkServer(client: ClientBase): Promise<void> {
  const { rows } = await client.query<Answer>(question);
  const [{ version, number, encoding, mark } = UNKNOWN] = rows;
  if (Number(number) < LEAST_POSTGRES * 10_000) {
    throw new SettingError(
      `DATABASE_URL: the server is PostgreSQL ${version}; Vestnik needs PostgreSQL ${LEAST_POSTGRES} or later`,
    );
  }
  if (!isMarked(mark)) {
    throw new SettingError(
      `DATABASE_URL: session settings do not arrive at the server, as with a pooler in transaction mode: ${WHAT_TO_USE}`,
    );
  }
  if (encoding !== 'UTF8') {
    throw new SettingError(`DATABASE_URL: the encoding of the database is ${encoding}; Vestnik needs UTF8`);
  }
  const folded = await client.query<{ folds: boolean }>(folding);
  if (folded.rows[0]?.folds !== true) {
    throw new SettingError(
      'DATABASE_URL: the locale of the database does not fold the case of all letters: create the database with ' +
        "LOCALE 'C.UTF-8', from TEMPLATE template0",
    );
  }
}

/** Codes of Node for a certificate that it does not accept, or a handshake that fails. */
const TLS_CODE = /^(ERR_TLS_|ERR_SSL_|CERT_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|HOSTNAME_MISMATCH|INVALID_CA)/;

/**
 * Returns the one line that a refused connection deserves when no other try makes sense: TLS that does not fit, a role or a
 * database that the server does not know, a pooler. Undefined for every other error, such as a server that is away.
 */
export function unfitServer(error: unknown): SettingError | undefined {
  if (error instanceof SettingError) return error;
  const { code = '', message = '' } = (error ?? {}) as { code?: string; message?: string };
  const refuse = (reason: string) => new SettingError(`DATABASE_URL: ${reason}`, { cause: error });
  if (message === 'The server does not support SSL connections') {
    return refuse('the server has no TLS, which sslmode asks for');
  }
  if (TLS_CODE.test(code)) return refuse(`the certificate of the server is not accepted (${message})`);
  if (code === '08P01' && /startup parameter/.test(message)) return refuse(`${message}: ${WHAT_TO_USE}`);
  if (/^(28...|3D000)$/.test(code)) return refuse(`the server refuses the connection (${message})`);
  return undefined;
}
