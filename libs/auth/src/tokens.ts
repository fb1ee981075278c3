import { createPublicKey, createSecretKey, type KeyObject } from 'node:crypto';
import { createRemoteJWKSet, type JWTVerifyGetKey, jwtVerify, SignJWT } from 'jose';
import { CLOCK_TOLERANCE_SECONDS } from './clock.ts';
import { type Identity, identityOf } from './identity.ts';
import { verifyShared } from './shared-secret.ts';

/** Where keys come from; exactly one of them pins the algorithms that are accepted. */
export type TokenKeys = { secret: string } | { publicKey: string } | { jwksUrl: string };

/** Verifies a token; undefined when it is refused, for whatever reason. With the shared secret the answer is there at once. */
export type Verifier = (token: string) => Identity | undefined | Promise<Identity | undefined>;

/** A key cannot be used; the message says why and is fit to be shown. */
export class KeyError extends Error {
  override readonly name = 'KeyError';
}

/** HS256 wants a key at least as long as its hash (RFC 7518, 3.2). */
const SECRET_BYTES = 32;
/** A longer token is refused unread, in characters. */
const TOKEN_LENGTH = 8_192;

/**
 * Creates a verifier. Keys are parsed once, here.
 *
 * @throws KeyError for a secret below 32 bytes or a public key of an unknown kind.
 */
export function createVerifier(keys: TokenKeys): Verifier {
  if ('secret' in keys) {
    const key = secretKey(keys.secret);
    return (token) => (token.length > TOKEN_LENGTH ? undefined : verifyShared(key, token));
  }
  const { algorithms, getKey } = keySource(keys);
  const options = { algorithms, clockTolerance: CLOCK_TOLERANCE_SECONDS, requiredClaims: ['exp'] };
  return async (token) => {
    if (token.length > TOKEN_LENGTH) return undefined;
    try {
      const { payload } = await jwtVerify(token, getKey, options);
      return identityOf(payload, token);
    } catch {
      // Every way to fail is the same refusal: a reason would only help who forges.
      return undefined;
    }
  };
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

interface KeySource {
  algorithms: string[];
  getKey: JWTVerifyGetKey;
}

function secretKey(secret: string): KeyObject {
  if (Buffer.byteLength(secret) < SECRET_BYTES) throw new KeyError(`must be at least ${SECRET_BYTES} bytes`);
  return createSecretKey(Buffer.from(secret));
}

function keySource(keys: Exclude<TokenKeys, { secret: string }>): KeySource {
  if ('publicKey' in keys) {
    const key = parsePublicKey(keys.publicKey);
    return fixed(key, [algorithmOf(key)]);
  }
  const options = { timeoutDuration: 3_000, cooldownDuration: 5_000 };
  return { algorithms: ['RS256', 'ES256', 'EdDSA'], getKey: createRemoteJWKSet(new URL(keys.jwksUrl), options) };
}

function fixed(key: KeyObject, algorithms: string[]): KeySource {
  return { algorithms, getKey: async () => key };
}

function parsePublicKey(pem: string): KeyObject {
  try {
    return createPublicKey(pem.replaceAll('\\n', '\n'));
  } catch {
    throw new KeyError('is not a PEM public key');
  }
}

function algorithmOf(key: KeyObject): string {
  if (key.asymmetricKeyType === 'rsa') return 'RS256';
  if (key.asymmetricKeyType === 'ed25519') return 'EdDSA';
  if (key.asymmetricKeyType === 'ec' && key.asymmetricKeyDetails?.namedCurve === 'prime256v1') return 'ES256';
  throw new KeyError(`must be RSA, P-256 or Ed25519, not ${key.asymmetricKeyType}`);
}
