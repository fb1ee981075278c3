import {
  type RevocationBody,
  type RevocationTarget,
  revocationSubject,
  streams,
  VestnikError,
} from '@vestnik/contracts';
import type { Bus } from './bus.ts';

/** A revocation that the stream has stored. */
export interface StoredRevocation {
  /** Its sequence number in the stream. A gateway that has come so far has applied it. */
  seq: number;
  /** How many servers keep the stream. A majority of them has the revocation. */
  replicas: number;
}

/**
 * Revokes all tokens that a user was issued before `at`, or one token. Resolves when the stream has stored the revocation,
 * from which every gateway reads it. Only `revoker` may do this.
 *
 * @throws VestnikError `unavailable` when the bus does not answer, or refuses this user.
 */
export async function publishRevocation(bus: Bus, target: RevocationTarget, at: Date): Promise<StoredRevocation> {
  const body: RevocationBody = { revoked_at: at.toISOString() };
  const { name } = streams.revocations;
  try {
    const manager = await bus.manager();
    const { seq } = await bus.streams.publish(revocationSubject(target), JSON.stringify(body), {
      expect: { streamName: name },
    });
    return { seq, replicas: (await manager.streams.info(name)).config.num_replicas };
  } catch (cause) {
    throw new VestnikError('unavailable', 'The revocation was not stored', { cause });
  }
}
