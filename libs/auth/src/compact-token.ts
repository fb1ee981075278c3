import { CLOCK_TOLERANCE_SECONDS } from './clock.ts';
import { type Identity, identityOf } from './identity.ts';

/** Compact serialization (RFC 7515, 7.1), each part in base64url without padding. */
const COMPACT = /^([\w-]+)\.([\w-]+)\.([\w-]+)$/;
const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** True when `signature`, in base64url, was made of `content` by who holds the key. */
export type SignatureCheck = (content: string, signature: string) => boolean;

/**
 * Verifies a token (RFC 7515, RFC 7519) of one algorithm and says whom it names; undefined when it is refused.
 * Synchronous, some ten microseconds; `jose` takes a hundred, since Web Crypto works through threads. A gateway verifies a
 * token for each socket that opens, and has to know the outcome before uWebSockets goes on (`native-door.ts` says why). It
 * accepts nothing that `jose` refuses, and refuses little besides: a signature not written in its one canonical form,
 * every extension that a token calls critical, and a token of the future.
 */
export function verifyCompact(token: string, algorithm: string, isSigned: SignatureCheck): Identity | undefined {
  const parts = COMPACT.exec(token);
  if (!parts) return undefined;
  const [, header = '', payload = '', signature = ''] = parts;
  if (!isSigned(`${header}.${payload}`, signature)) return undefined;
  try {
    if (!isHeader(decodePart(header), algorithm)) return undefined;
    const claims = decodePart(payload);
    return isTimely(claims, Math.floor(Date.now() / 1_000)) ? identityOf(claims, token) : undefined;
  } catch {
    // Not JSON, or not our claims.
    return undefined;
  }
}

/** What the text of a header or payload says. Throws when it is not JSON. */
export function decodePart(part: string): unknown {
  return JSON.parse(UTF8.decode(Buffer.from(part, 'base64url')));
}

/** Extensions that a token calls critical are none that anybody here understands (RFC 7515, 4.1.11). */
function isHeader(header: unknown, algorithm: string): boolean {
  return isRecord(header) && header['alg'] === algorithm && header['crit'] === undefined;
}

function isTimely(claims: unknown, now: number): boolean {
  if (!isRecord(claims)) return false;
  const { exp, nbf, iat } = claims;
  if (typeof exp !== 'number' || exp <= now - CLOCK_TOLERANCE_SECONDS) return false;
  if (iat !== undefined && typeof iat !== 'number') return false;
  return nbf === undefined || (typeof nbf === 'number' && nbf <= now + CLOCK_TOLERANCE_SECONDS);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
