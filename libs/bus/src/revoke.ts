import {
  personRevocationSubject,
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

/**
 * Revokes all tokens that a person was issued before `at`, for an admin of the person's company. Resolves when the stream of such
 * revocations has stored it. Only companies may do this.
 *
 * @param id names the revocation: the stream stores it once within two minutes
 * @throws VestnikError `unavailable` when the bus does not answer, or refuses this user.
 */
export async function publishPersonRevocation(bus: Bus, id: string, userId: number, at: Date): Promise<void> {
  const body: RevocationBody = { revoked_at: at.toISOString() };
  try {
    await bus.streams.publish(personRevocationSubject(userId), JSON.stringify(body), {
      msgID: id,
      expect: { streamName: streams.revokedPeople.name },
    });
  } catch (cause) {
    throw new VestnikError('unavailable', 'The revocation was not stored', { cause });
  }
}
