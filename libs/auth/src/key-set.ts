import { KeyObject } from 'node:crypto';
import { createRemoteJWKSet, type JWTHeaderParameters, jwtVerify } from 'jose';
import { CLOCK_TOLERANCE_SECONDS } from './clock.ts';
import { decodePart } from './compact-token.ts';
import { type Identity, identityOf } from './identity.ts';
import { type PublicKey, publicKeyOf, verifyPublic } from './public-key.ts';

/** The set is asked for again when it is as old as this, in milliseconds. */
const MAX_AGE_MS = 600_000;
/** Neither an unknown key nor a set that cannot be had is asked for more often than this, in milliseconds. */
const COOLDOWN_MS = 5_000;
/** The set has to come within this, in milliseconds. */
const TIMEOUT_MS = 3_000;
/** Headers of tokens whose key is remembered; a set has a few keys, each issuer writes one header for each. */
const REMEMBERED = 100;

/**
 * Creates a verifier by the keys of a set (RFC 7517) that somebody else serves and changes. The first token of each key
 * goes through `jose`, which fetches the set and chooses; afterwards the key is known and the answer is there at once.
 * While the set cannot be had, keys that are known stay good, and others are refused.
 */
export function createKeySetVerifier(
  url: URL,
): (token: string) => Identity | undefined | Promise<Identity | undefined> {
  const options = { cacheMaxAge: MAX_AGE_MS, cooldownDuration: COOLDOWN_MS, timeoutDuration: TIMEOUT_MS };
  const keySet = createRemoteJWKSet(url, options);
  /** By the text of the header that names the key; only what once verified a signature is in here. */
  const known = new Map<string, PublicKey>();
  let renewedAt = Number.NEGATIVE_INFINITY;

  async function find(header: unknown): Promise<PublicKey> {
    return publicKeyOf(KeyObject.from(await keySet(header as JWTHeaderParameters)));
  }

  async function learn(header: string, token: string): Promise<Identity | undefined> {
    try {
      const { payload, protectedHeader } = await jwtVerify(token, keySet, {
        algorithms: ['RS256', 'ES256', 'EdDSA'],
        clockTolerance: CLOCK_TOLERANCE_SECONDS,
        requiredClaims: ['exp'],
      });
      const identity = identityOf(payload, token);
      if (known.size < REMEMBERED) known.set(header, await find(protectedHeader));
      return identity;
    } catch {
      // Every way to fail is the same refusal: a reason would only help who forges.
      return undefined;
    }
  }

  /** Asks for the set again and forgets the keys that are no longer in it. */
  async function renew(): Promise<void> {
    renewedAt = performance.now();
    try {
      await keySet.reload();
    } catch {
      // Nothing is known of what changed; it is asked for again after the cooldown.
      return;
    }
    for (const header of known.keys()) {
      const key = await find(decodePart(header)).catch(() => undefined);
      if (key) known.set(header, key);
      else known.delete(header);
    }
  }

  return (token) => {
    const header = token.slice(0, token.indexOf('.'));
    const key = known.get(header);
    if (!key) return learn(header, token);
    if (!keySet.fresh && performance.now() - renewedAt > COOLDOWN_MS) void renew();
    return verifyPublic(key, token);
  };
}
