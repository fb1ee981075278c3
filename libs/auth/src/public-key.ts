import { createPublicKey, type KeyObject, verify } from 'node:crypto';
import { verifyCompact } from './compact-token.ts';
import type { Identity } from './identity.ts';
import { KeyError } from './key-error.ts';

/** The algorithms of keys that come in pairs (RFC 7518, 3.3 and 3.4; RFC 8037, 3.1). */
export type PublicAlgorithm = 'RS256' | 'ES256' | 'EdDSA';

/** A key that verifies and the one algorithm that it is for. */
export interface PublicKey {
  key: KeyObject;
  algorithm: PublicAlgorithm;
}

/** Shorter RSA keys are not to be used (RFC 7518, 3.3). */
const RSA_BITS = 2_048;

/** Verifies a token by a public key and says whom it names; undefined when it is refused. */
export function verifyPublic({ key, algorithm }: PublicKey, token: string): Identity | undefined {
  // Ed25519 does its own hashing.
  const hash = algorithm === 'EdDSA' ? null : 'sha256';
  return verifyCompact(token, algorithm, (content, signature) => {
    const bytes = Buffer.from(signature, 'base64url');
    if (bytes.toString('base64url') !== signature) return false;
    return verify(hash, Buffer.from(content), { key, dsaEncoding: 'ieee-p1363' }, bytes);
  });
}

/**
 * Reads a PEM public key; its kind pins the algorithm. Line ends may be written as `\n`.
 *
 * @throws KeyError when it is none, or of a kind or length that is not taken.
 */
export function parsePublicKey(pem: string): PublicKey {
  let key: KeyObject;
  try {
    key = createPublicKey(pem.replaceAll('\\n', '\n'));
  } catch {
    throw new KeyError('is not a PEM public key');
  }
  return publicKeyOf(key);
}

/**
 * A key with the algorithm that its kind pins.
 *
 * @throws KeyError for a kind or length that is not taken.
 */
export function publicKeyOf(key: KeyObject): PublicKey {
  const { asymmetricKeyType: type, asymmetricKeyDetails: details } = key;
  if (type === 'rsa') {
    if ((details?.modulusLength ?? 0) < RSA_BITS) throw new KeyError(`must have at least ${RSA_BITS} bits`);
    return { key, algorithm: 'RS256' };
  }
  if (type === 'ed25519') return { key, algorithm: 'EdDSA' };
  if (type === 'ec' && details?.namedCurve === 'prime256v1') return { key, algorithm: 'ES256' };
  throw new KeyError(`must be RSA, P-256 or Ed25519, not ${type}`);
}
