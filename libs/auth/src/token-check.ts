import { createSecretKey, type KeyObject } from 'node:crypto';
import { createVerifier as createEdDsaVerifier } from 'fast-jwt';
import jsonwebtoken from 'jsonwebtoken';
import { CLOCK_TOLERANCE_SECONDS } from './clock.ts';
import { type Identity, identityOf, type TokenRules } from './identity.ts';
import type { PublicKey } from './public-key.ts';

/**
 * The verdict of one key about a token: the identity of a good token. `foreign`: another key signed the token. `refused`: this
 * key signed it, but the token is not good, for example expired.
 */
export type Verdict = Identity | 'refused' | 'foreign';

/** Judges a token in canonical form, synchronously. */
export type TokenCheck = (token: string) => Verdict;

/** A token whose signature fits. */
interface Signed {
  header: unknown;
  payload: unknown;
}

/** Creates the check of tokens that a shared secret signs (HS256). */
export function createSecretCheck(secret: string, rules: TokenRules): TokenCheck {
  return createCheck(verifierFor(createSecretKey(Buffer.from(secret)), 'HS256'), rules);
}

/** Creates the check of tokens that the owner of a public key signs. */
export function createPublicKeyCheck({ key, algorithm }: PublicKey, rules: TokenRules): TokenCheck {
  return createCheck(algorithm === 'EdDSA' ? edDsaVerifierFor(key) : verifierFor(key, algorithm), rules);
}

function createCheck(verify: (token: string) => Signed, rules: TokenRules): TokenCheck {
  return (token) => {
    let signed: Signed;
    try {
      signed = verify(token);
    } catch (error) {
      return isOfTime(error) ? 'refused' : 'foreign';
    }
    if (isCritical(signed.header)) return 'refused';
    return identityOf(signed.payload, token, rules) ?? 'refused';
  };
}

function verifierFor(key: KeyObject, algorithm: 'HS256' | 'RS256' | 'ES256'): (token: string) => Signed {
  return (token) =>
    jsonwebtoken.verify(token, key, {
      algorithms: [algorithm],
      clockTolerance: CLOCK_TOLERANCE_SECONDS,
      complete: true,
    });
}

/** `jsonwebtoken` has no EdDSA. `fast-jwt` has, and answers synchronously as well. */
function edDsaVerifierFor(key: KeyObject): (token: string) => Signed {
  return createEdDsaVerifier({
    key: key.export({ type: 'spki', format: 'pem' }),
    algorithms: ['EdDSA'],
    clockTolerance: CLOCK_TOLERANCE_SECONDS * 1_000,
    complete: true,
  });
}

/** Both libraries look at the times of a token when its signature has been found to fit. */
function isOfTime(error: unknown): boolean {
  if (error instanceof jsonwebtoken.TokenExpiredError || error instanceof jsonwebtoken.NotBeforeError) return true;
  const { code } = error as { code?: unknown };
  return code === 'FAST_JWT_EXPIRED' || code === 'FAST_JWT_INACTIVE';
}

/** No extension that a token calls critical is understood here (RFC 7515, 4.1.11); `jsonwebtoken` does not look. */
function isCritical(header: unknown): boolean {
  return (header as { crit?: unknown }).crit !== undefined;
}
