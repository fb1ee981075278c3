import { readStream, type StoredEvent } from '@vestnik/bus';
import { readRevocation, type Stream, streams, VestnikError } from '@vestnik/contracts';
import type { Context } from '../context.ts';
import { type Revoked, signOut } from '../store/sign-out.ts';

/**
 * Creates the work that ends pushes to devices whose tokens were revoked. It reads the revocations that the streams have
 * stored since the last run, at first all of them. To sign a device out again changes nothing.
 *
 * The work throws VestnikError `unavailable` when a stream or the database is away.
 */
export function createSignOut({ bus, database, logger }: Context): () => Promise<void> {
  /** The newest revocation of each stream that is applied. */
  const applied = new Map<Stream, number>();

  function take({ users, fingerprints }: Revoked, { subject, data, time }: StoredEvent): void {
    try {
      const revocation = readRevocation(subject, data, time);
      if (!('userId' in revocation)) fingerprints.push(revocation.fingerprint);
      else users.set(revocation.userId, Math.max(revocation.before, users.get(revocation.userId) ?? 0));
    } catch (error) {
      if (!(error instanceof VestnikError)) throw error;
      logger.warn({ code: error.code }, 'revocation refused');
    }
  }

  return async () => {
    for (const stream of [streams.revocations, streams.revokedPeople]) {
      const revoked: Revoked = { users: new Map(), fingerprints: [] };
      const upTo = applied.get(stream) ?? 0;
      const last = await readStream(bus, stream, upTo + 1, (event) => take(revoked, event));
      await signOut(database, revoked);
      // A stream that was made anew begins with its first revocation again.
      applied.set(stream, last < upTo ? 0 : last);
    }
  };
}
