import { createSecretKey, type KeyObject } from 'node:crypto';
import { SignJWT } from 'jose';
import type { Identity } from './identity.ts';
import { KeyError } from './key-error.ts';
import { createKeySetVerifier } from './key-set.ts';
import { parsePublicKey, verifyPublic } from './public-key.ts';
import { verifyShared } from './shared-secret.ts';

/** Where keys come from; exactly one of them pins the algorithms that are accepted. */
export type TokenKeys = { secret: string } | { publicKey: string } | { jwksUrl: string };

/**
 * Verifies a token; undefined when it is refused, for whatever reason. The answer is there at once, unless a key of a set
 * has yet to be fetched.
 */
export type Verifier = (token: string) => Identity | undefined | Promise<Identity | undefined>;

/** Least bytes of a shared secret: HS256 wants a key at least as long as its hash (RFC 7518, 3.2). */
export const SECRET_BYTES = 32;
/** A longer token is refused unread, in characters. */
const TOKEN_LENGTH = 8_192;

/**
 * Creates a verifier. Keys are parsed once, here.
 *
 * @throws KeyError for a secret below 32 bytes or a public key of an unknown kind or below 2,048 bits.
 */
export function createVerifier(keys: TokenKeys): Verifier {
  const verify = verifierOf(keys);
  return (token) => (token.length > TOKEN_LENGTH ? undefined : verify(token));
}

/** Signs a token with the shared secret (HS256), good for `lifetimeSeconds`. */
export function signToken(
  secret: string,
  identity: { id: number; companyId: number; name?: string | undefined },
  lifetimeSeconds: number,
): Promise<string> {
  const now = Math.floor(Date.now() / 1_000);
  return new SignJWT({ ...identity })
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .setIssuedAt(now)
    .setExpirationTime(now + lifetimeSeconds)
    .sign(createSecretKey(Buffer.from(secret)));
}

function verifierOf(keys: TokenKeys): Verifier {
  if ('secret' in keys) {
    const key = secretKey(keys.secret);
    return (token) => verifyShared(key, token);
  }
  if ('publicKey' in keys) {
    const key = parsePublicKey(keys.publicKey);
    return (token) => verifyPublic(key, token);
  }
  return createKeySetVerifier(new URL(keys.jwksUrl));
}

function secretKey(secret: string): KeyObject {
  if (Buffer.byteLength(secret) < SECRET_BYTES) throw new KeyError(`must be at least ${SECRET_BYTES} bytes`);
  return createSecretKey(Buffer.from(secret));
}
