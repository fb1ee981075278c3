import { createPublicKey, type KeyObject } from 'node:crypto';
import { KeyError } from './key-error.ts';

/** The algorithms of keys that come in pairs (RFC 7518, 3.3 and 3.4; RFC 8037, 3.1). */
export type PublicAlgorithm = 'RS256' | 'ES256' | 'EdDSA';

/** A key that verifies, and its one algorithm. */
export interface PublicKey {
  key: KeyObject;
  algorithm: PublicAlgorithm;
}

/** Node would take the public half of a private key. The setting of a verifier is no place for what signs tokens. */
const PRIVATE_PEM = /-----BEGIN [A-Z ]*PRIVATE KEY-----/;
/** Least length of an RSA key in bits (RFC 7518, 3.3). */
const RSA_BITS = 2_048;

/**
 * Reads a PEM public key. The kind of the key decides the algorithm. Line ends may be written as `\n`.
 *
 * @throws KeyError for a text that is no public key, for a private key, and for a kind or length that is not accepted.
 */
export function parsePublicKey(pem: string): PublicKey {
  if (PRIVATE_PEM.test(pem)) throw new KeyError('is a private key; give the public key');
  let key: KeyObject;
  try {
    key = createPublicKey(pem.replaceAll('\\n', '\n'));
  } catch {
    throw new KeyError('is not a PEM public key');
  }
  const { asymmetricKeyType: type, asymmetricKeyDetails: details } = key;
  if (type === 'rsa') {
    if ((details?.modulusLength ?? 0) < RSA_BITS) throw new KeyError(`must have at least ${RSA_BITS} bits`);
    return { key, algorithm: 'RS256' };
  }
  if (type === 'ed25519') return { key, algorithm: 'EdDSA' };
  if (type === 'ec' && details?.namedCurve === 'prime256v1') return { key, algorithm: 'ES256' };
  throw new KeyError(`must be RSA, P-256 or Ed25519, not ${type}`);
}
