import { VestnikError } from '@vestnik/contracts';
import { isDatabaseAway } from '@vestnik/database';

/** A database that is away is told as `unavailable`; undefined for everything that is a bug. */
export function translateFault(error: unknown): VestnikError | undefined {
  if (!isDatabaseAway(error)) return undefined;
  return new VestnikError('unavailable', 'The database of notifications is away', {
    retryAfterSeconds: 1,
    cause: error,
  });
}
