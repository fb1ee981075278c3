import { VestnikError } from '@vestnik/contracts';

/** SQLSTATE classes and codes that mean "the server is not there for us now", not "the statement is wrong". */
const AWAY_SQLSTATE = /^(08|53|57P0|57014|25006)/;
/** Error codes of sockets that mean the same. */
const AWAY_SOCKET = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
]);
/** Errors that the driver throws without a code. */
const AWAY_MESSAGE =
  /Connection terminated|timeout exceeded when trying to connect|Query read timeout|Client has encountered a connection error|Client was closed|Cannot use a pool after/;

function codeOf(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' ? code : undefined;
}

/**
 * True when an error means that the database is away, overloaded or restarting, so that trying again makes sense. Judged
 * by what it says, not by its class: errors of Node's own parts may belong to another realm.
 */
export function isDatabaseAway(error: unknown): boolean {
  const code = codeOf(error);
  if (code !== undefined && (AWAY_SOCKET.has(code) || AWAY_SQLSTATE.test(code))) return true;
  const { message, errors } = (error ?? {}) as { message?: unknown; errors?: unknown };
  if (typeof message === 'string' && AWAY_MESSAGE.test(message)) return true;
  return Array.isArray(errors) && errors.some(isDatabaseAway);
}

/**
 * The refusal that a service answers while its database is away; undefined for every other error. For `translate` of
 * `serve` and `consume`.
 */
export function refusalWhenAway(error: unknown): VestnikError | undefined {
  if (!isDatabaseAway(error)) return undefined;
  return new VestnikError('unavailable', 'The database of this service is away', {
    retryAfterSeconds: 1,
    cause: error,
  });
}

/** True when an error is the violation of a unique constraint, of the named one if a name is given. */
export function isUniqueViolation(error: unknown, constraint?: string): boolean {
  if (codeOf(error) !== '23505') return false;
  return constraint === undefined || (error as { constraint?: string }).constraint === constraint;
}
