import { isUtf8 } from 'node:buffer';

/** Longest token that is read, in characters. */
const MAX_LENGTH = 8_192;
/** Compact serialization (RFC 7515, 7.1): three parts in base64url without padding. */
const COMPACT = /^([\w-]+)\.([\w-]+)\.([\w-]+)$/;

/**
 * Returns true for a token of at most 8,192 characters in its one canonical form. The libraries that verify signatures
 * decode base64 leniently, so without this check one signature could be written in several ways.
 */
export function isCanonical(token: string): boolean {
  if (token.length > MAX_LENGTH) return false;
  const [, header = '', payload = '', signature = ''] = COMPACT.exec(token) ?? [];
  if (signature === '' || Buffer.from(signature, 'base64url').toString('base64url') !== signature) return false;
  return isUtf8(Buffer.from(header, 'base64url')) && isUtf8(Buffer.from(payload, 'base64url'));
}

/** The part of a token's header that a verifier needs before it looks at the signature. */
export interface TokenHeader {
  algorithm: string;
  /** Names the key; undefined when the token names none. */
  keyId: string | undefined;
}

/** Reads the issuer that a token names, before its signature is verified; undefined when it names none. */
export function readIssuer(token: string): string | undefined {
  try {
    const [, payload = ''] = token.split('.');
    const claims: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString());
    const issuer = (claims as { iss?: unknown } | null)?.iss;
    return typeof issuer === 'string' ? issuer : undefined;
  } catch {
    return undefined;
  }
}

/** Reads the header of a token; undefined when it is no JSON object or names no algorithm. */
export function readHeader(token: string): TokenHeader | undefined {
  try {
    const header: unknown = JSON.parse(Buffer.from(token.slice(0, token.indexOf('.')), 'base64url').toString());
    if (typeof header !== 'object' || header === null) return undefined;
    const { alg, kid } = header as { alg?: unknown; kid?: unknown };
    return typeof alg === 'string' ? { algorithm: alg, keyId: typeof kid === 'string' ? kid : undefined } : undefined;
  } catch {
    return undefined;
  }
}
