import { z } from 'zod';
import { VestnikError } from '../errors.ts';

/** The target of a revocation: all tokens that a user was issued so far, or one token by its fingerprint. */
export type RevocationTarget = { userId: number } | { fingerprint: string };

/** A revocation: the tokens of a user issued before `before` (Unix milliseconds), or one token. */
export type Revocation = { userId: number; before: number } | { fingerprint: string };

/** The subjects of all revocations. They are not below `evt`, where services publish, since only ops may revoke. */
export const REVOCATION_SUBJECTS = 'ops.v1.revoked.*.*';

/** Milliseconds by which the clocks of ops and a gateway may differ. A revocation from further ahead is a mistake. */
const AHEAD_MS = 60_000;

const SUBJECT = /^ops\.v1\.revoked\.(?:user\.([1-9]\d{0,15})|token\.([0-9a-f]{64}))$/;

const body = z.object({ revoked_at: z.iso.datetime() });

/** The payload of a revocation. */
export type RevocationBody = z.output<typeof body>;

/** The subject of a revocation; the fingerprint is a SHA-256 in lower-case hexadecimal. */
export function revocationSubject(target: RevocationTarget): string {
  return 'userId' in target ? `ops.v1.revoked.user.${target.userId}` : `ops.v1.revoked.token.${target.fingerprint}`;
}

/**
 * Reads a revocation from the bus.
 *
 * @throws VestnikError `invalid` for a subject without a target, a body without a time, and a time in the future.
 */
export function readRevocation(subject: string, payload: Uint8Array): Revocation {
  const [, user, fingerprint] = SUBJECT.exec(subject) ?? [];
  const userId = Number(user);
  const { success, data } = body.safeParse(readJson(payload));
  if ((fingerprint === undefined && !Number.isSafeInteger(userId)) || !success) {
    throw new VestnikError('invalid', 'This is no revocation');
  }
  const before = Date.parse(data.revoked_at);
  if (before > Date.now() + AHEAD_MS) throw new VestnikError('invalid', 'The revocation is of a time to come');
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
