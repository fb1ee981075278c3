import { readStream } from '@vestnik/bus';
import { readRevocation, streams, VestnikError } from '@vestnik/contracts';
import type { Context } from '../context.ts';
import { type Revoked, signOut } from '../store/sign-out.ts';

/**
 * Creates the work that ends pushes to devices whose tokens were revoked. It reads the revocations that the stream has
 * stored since the last run, at first all of them. To sign a device out again changes nothing.
 *
 * The work throws VestnikError `unavailable` when the stream or the database is away.
 */
export function createSignOut({ bus, database, logger }: Context): () => Promise<void> {
  /** The newest revocation that is applied. */
  let applied = 0;

  return async () => {
    const revoked: Revoked = { users: new Map(), fingerprints: [] };
    const last = await readStream(bus, streams.revocations, applied + 1, ({ subject, data, time }) => {
      try {
        const revocation = readRevocation(subject, data, time);
        if ('userId' in revocation) revoked.users.set(revocation.userId, revocation.before);
        else revoked.fingerprints.push(revocation.fingerprint);
      } catch (error) {
        if (!(error instanceof VestnikError)) throw error;
        logger.warn({ code: error.code }, 'revocation refused');
      }
    });
    await signOut(database, revoked);
    // A stream that was made anew begins with its first revocation again.
    applied = last < applied ? 0 : last;
  };
}
