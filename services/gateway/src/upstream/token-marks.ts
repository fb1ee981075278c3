import type { TokenMarks } from './caller.ts';

/** Returns the marks of a token as notifications takes them. */
export function marksOf({ issuedAt, expiresAt, fingerprints }: TokenMarks): {
  issued_at: number;
  expires_at: number;
  fingerprints: string[];
} {
  // A token without a known time of issue was issued before every revocation.
  return { issued_at: Math.max(0, issuedAt), expires_at: expiresAt, fingerprints: [...fingerprints] };
}
