import { z } from 'zod';
import { VestnikError } from '../errors.ts';

/** The target of a revocation: all tokens that a user was issued so far, or one token by its fingerprint. */
export type RevocationTarget = { userId: number } | { fingerprint: string };

/** A revocation: the tokens of a user issued before `before` (Unix milliseconds), or one token. */
export type Revocation = { userId: number; before: number } | { fingerprint: string };

/** The subjects of all revocations, in an account of the bus that has no service in it. */
export const REVOCATION_SUBJECTS = 'ops.v1.revoked.*.*';

/**
 * The subjects of revocations that admins of companies ask for: all tokens that a person was issued so far. They have a stream of
 * their own, so that companies, which publishes them, cannot fill the stream of the operators.
 */
export const PERSON_REVOCATION_SUBJECTS = 'ops.v1.revoked_person.*';

/** Published by the server, without a payload, each time that one of the streams has stored a revocation. */
export const REVOCATION_STORED = 'ops.v1.revocation_stored';

/** Milliseconds by which the clocks of ops, of the bus and of the issuer may differ. */
const AHEAD_MS = 60_000;

const SUBJECT = /^ops\.v1\.(?:(?:revoked\.user|revoked_person)\.([1-9]\d{0,15})|revoked\.token\.([0-9a-f]{64}))$/;

const body = z.object({ revoked_at: z.iso.datetime() });

/** The payload of a revocation. */
export type RevocationBody = z.output<typeof body>;

/** The subject of a revocation; the fingerprint is a SHA-256 in lower-case hexadecimal. */
export function revocationSubject(target: RevocationTarget): string {
  return 'userId' in target ? `ops.v1.revoked.user.${target.userId}` : `ops.v1.revoked.token.${target.fingerprint}`;
}

/** The subject of the revocation of a person's tokens, for an admin of the person's company. */
export function personRevocationSubject(userId: number): string {
  return `ops.v1.revoked_person.${userId}`;
}

/**
 * Reads a revocation from its stream. A time that is more than a minute ahead of `storedAt` counts as a minute ahead. So the
 * revocation takes effect, and ends no tokens of the years to come.
 *
 * @param storedAt when the stream stored the revocation, by the clock of the bus
 * @throws VestnikError `invalid` for a subject without a target, and for a body without a time.
 */
export function readRevocation(subject: string, payload: Uint8Array, storedAt: Date): Revocation {
  const [, user, fingerprint] = SUBJECT.exec(subject) ?? [];
  const userId = Number(user);
  const { success, data } = body.safeParse(readJson(payload));
  if ((fingerprint === undefined && !Number.isSafeInteger(userId)) || !success) {
    throw new VestnikError('invalid', 'This is no revocation');
  }
  const before = Math.min(Date.parse(data.revoked_at), storedAt.getTime() + AHEAD_MS);
  return fingerprint === undefined ? { userId, before } : { fingerprint };
}

function readJson(payload: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(payload).toString());
  } catch {
    // The schema refuses it.
    return undefined;
  }
}
