import { type RevocationBody, type RevocationTarget, revocationSubject, VestnikError } from '@vestnik/contracts';
import type { Bus } from './bus.ts';

/**
 * Revokes all tokens that a user was issued before `at`, or one token. Resolves when the stream has stored the revocation,
 * from which every gateway reads it. Only ops may do this.
 *
 * @throws VestnikError `unavailable` when the bus does not answer, or refuses this user.
 */
export async function publishRevocation(bus: Bus, target: RevocationTarget, at: Date): Promise<void> {
  const body: RevocationBody = { revoked_at: at.toISOString() };
  try {
    await bus.streams.publish(revocationSubject(target), JSON.stringify(body));
  } catch (cause) {
    throw new VestnikError('unavailable', 'The revocation was not stored', { cause });
  }
}
