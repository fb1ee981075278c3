import { createHmac, type KeyObject, timingSafeEqual } from 'node:crypto';
import { verifyCompact } from './compact-token.ts';
import type { Identity } from './identity.ts';

/** Verifies an HS256 token (RFC 7518, 3.2) and says whom it names; undefined when it is refused. */
export function verifyShared(key: KeyObject, token: string): Identity | undefined {
  return verifyCompact(token, 'HS256', (content, signature) => {
    const expected = createHmac('sha256', key).update(content).digest('base64url');
    return signature.length === expected.length && timingSafeEqual(Buffer.from(signature), Buffer.from(expected));
  });
}
