import { VestnikError } from '@vestnik/contracts';
import { unfitServer } from '@vestnik/postgres';

/** SQLSTATE classes and codes of a server that cannot serve now, or has given a transaction up. The statement itself may be right. */
const AWAY_SQLSTATE = /^(08|53|57P0|57014|25006|25P03)/;
/** SQLSTATEs of a server that cannot write: its disk is full, or the disk fails. */
const STORAGE_SQLSTATE = new Set(['53100', '58030']);
/** The part of Postgres that writes the files of tables. A used-up quota has no SQLSTATE of its own, and comes from there. */
const STORAGE_SOURCE = 'md.c';
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

/** Returns true for an error of a server that cannot write: a full disk, a used-up quota, a disk that fails. */
export function isStorageFault(error: unknown): boolean {
  return STORAGE_SQLSTATE.has(codeOf(error) ?? '') || (error as { file?: unknown } | null)?.file === STORAGE_SOURCE;
}

/**
 * Returns true for an error of a database that is away, overloaded or restarting, so that another try makes sense. Code and
 * message decide, not the class, since errors of Node's own parts may belong to another realm.
 */
export function isDatabaseAway(error: unknown): boolean {
  const code = codeOf(error);
  if (code !== undefined && (AWAY_SOCKET.has(code) || AWAY_SQLSTATE.test(code))) return true;
  if (isStorageFault(error)) return true;
  const { message, errors } = (error ?? {}) as { message?: unknown; errors?: unknown };
  if (typeof message === 'string' && AWAY_MESSAGE.test(message)) return true;
  if (Array.isArray(errors) && errors.some(isDatabaseAway)) return true;
  // A server that refuses this process now, as one behind a wrong pooler does, may be exchanged for a fit one.
  return unfitServer(error) !== undefined;
}

/** A lock that came too late, and the loser of a deadlock. */
const LOCK_SQLSTATE = new Set(['55P03', '40P01']);

/** Returns true for a statement that did not get a lock in time, or that Postgres ended to resolve a deadlock. */
function isLockRefused(error: unknown): boolean {
  return LOCK_SQLSTATE.has(codeOf(error) ?? '');
}

/**
 * Returns the refusal that a service answers while its database is away or a lock is not free; undefined for every other error. `translate` of
 * `serve` and `consume` takes it.
 */
export function refusalWhenAway(error: unknown): VestnikError | undefined {
  if (isLockRefused(error)) {
    return new VestnikError('unavailable', 'Others are changing the same thing just now', {
      retryAfterSeconds: 1,
      cause: error,
    });
  }
  if (!isDatabaseAway(error)) return undefined;
  return new VestnikError('unavailable', 'The database of this service is away', {
    retryAfterSeconds: 1,
    cause: error,
  });
}

/** Returns true for the violation of a unique constraint, of the named constraint if a name is given. */
export function isUniqueViolation(error: unknown, constraint?: string): boolean {
  if (codeOf(error) !== '23505') return false;
  return constraint === undefined || (error as { constraint?: string }).constraint === constraint;
}
