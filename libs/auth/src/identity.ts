import { hash } from 'node:crypto';
import { z } from 'zod';
import { CLOCK_TOLERANCE_SECONDS } from './clock.ts';

/** Who a verified token speaks for. */
export interface Identity {
  userId: number;
  companyId: number;
  name: string | undefined;
  /** Unix time in seconds after which the token is no longer good. */
  expiresAt: number;
  /** Unix time in seconds when it was issued; 0 when it does not say. */
  issuedAt: number;
  /** By what this one token can be revoked: fingerprints of what is signed in it, and of its `jti` if it has one. */
  fingerprints: readonly string[];
}

const claims = z.object({
  id: z.int().positive(),
  companyId: z.int().positive(),
  name: z.string().max(1_000).optional(),
  // The latest moment that a date can name.
  exp: z.number().max(8_640_000_000_000),
  // One of the future would outlast the revocation of its user, which ends what was issued before.
  iat: z
    .number()
    .refine((iat) => iat <= Date.now() / 1_000 + CLOCK_TOLERANCE_SECONDS)
    .optional(),
  jti: z.unknown().optional(),
});

/**
 * Who the claims of a token name. `token` is its text, verified.
 *
 * @throws ZodError when one is missing or of the wrong kind, or the token says that it was issued in the future.
 */
export function identityOf(payload: unknown, token: string): Identity {
  const { id, companyId, name, exp, iat = 0, jti } = claims.parse(payload);
  const fingerprints = [tokenFingerprint(token), ...(typeof jti === 'string' ? [fingerprint(jti)] : [])];
  return { userId: id, companyId, name, expiresAt: exp, issuedAt: iat, fingerprints };
}

/**
 * The fingerprint of a token: of header and payload alone, since some signatures of the same can be written in more ways
 * than one.
 */
export function tokenFingerprint(token: string): string {
  return fingerprint(token.slice(0, token.lastIndexOf('.')));
}

/** A SHA-256 in hexadecimal. */
export function fingerprint(text: string): string {
  return hash('sha256', text);
}
