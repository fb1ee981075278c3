import { hash } from 'node:crypto';
import { COMPANY_ROLES, type CompanyRole, isVisible } from '@vestnik/contracts';
import { z } from 'zod';
import { CLOCK_TOLERANCE_SECONDS } from './clock.ts';

/** The user that a verified token names. */
export interface Identity {
  userId: number;
  companyId: number;
  name: string | undefined;
  companyName: string | undefined;
  /** An https address. */
  pictureUrl: string | undefined;
  /** The user's role in the token's own company. */
  companyRole: CompanyRole | undefined;
  /** Unix time in seconds after which the token is no longer good. */
  expiresAt: number;
  /**
   * Unix time in seconds before which the token was not issued. A token without `iat` was issued at some time from
   * `exp` − `maxSeconds` on; -Infinity when lifetimes have no limit.
   */
  issuedAt: number;
  /** Fingerprints by which a revocation names this one token: of its signed parts, and of its `jti` if it has one. */
  fingerprints: readonly string[];
}

/** The rules for the claims of a good token, beside its signature. */
export interface TokenRules {
  /** How far ahead of now `exp` may lie, in seconds; Infinity for no limit. */
  maxSeconds: number;
  /** The audience that a token has to name; any when absent. */
  audience?: string | undefined;
  /** The issuer that a token has to name; any when absent. */
  issuer?: string | undefined;
  /** The companies that the issuer signs for; all when absent. */
  companies?: ReadonlySet<number> | undefined;
}

/** Unix time in seconds of the latest moment that a `Date` can hold. */
const LATEST_DATE_SECONDS = 8_640_000_000_000;

/** Code points of a name, and characters of the address of a picture, at most. */
const NAME_LENGTH = 200;
const URL_LENGTH = 2_048;

const name = z
  .string()
  .max(NAME_LENGTH * 2)
  .refine((text) => text.isWellFormed() && !text.includes('\0') && isVisible(text) && [...text].length <= NAME_LENGTH);
const pictureUrl = z.url({ protocol: /^https$/ }).max(URL_LENGTH);

/** A malformed claim that only describes the user is ignored. */
const claims = z.object({
  id: z.int().positive(),
  companyId: z.int().positive(),
  name: name.optional().catch(undefined),
  companyName: name.optional().catch(undefined),
  picture: pictureUrl.optional().catch(undefined),
  companyRole: z.enum(COMPANY_ROLES).optional().catch(undefined),
  exp: z.number().max(LATEST_DATE_SECONDS),
  // A revocation of a user ends the tokens issued before it, so a token of the future would outlast the revocation.
  iat: z
    .number()
    .refine((iat) => iat <= Date.now() / 1_000 + CLOCK_TOLERANCE_SECONDS)
    .optional(),
  jti: z.unknown().optional(),
  iss: z.unknown().optional(),
  aud: z.unknown().optional(),
});

/**
 * Returns the identity that claims name. Returns undefined when a claim is missing or of the wrong kind, or when the
 * token claims an issue time of the future. The same for a token that breaks one of the rules.
 *
 * @param token the text of the token whose claims these are
 */
export function identityOf(payload: unknown, token: string, rules: TokenRules): Identity | undefined {
  const { data } = claims.safeParse(payload);
  if (!data || !isMeant(data, rules)) return undefined;
  const { maxSeconds } = rules;
  const { id, companyId, name, companyName, picture, companyRole, exp, iat = exp - maxSeconds, jti } = data;
  if (exp > Date.now() / 1_000 + maxSeconds + CLOCK_TOLERANCE_SECONDS) return undefined;
  const fingerprints = [tokenFingerprint(token), ...(typeof jti === 'string' ? [fingerprint(jti)] : [])];
  const described = { name, companyName, pictureUrl: picture, companyRole };
  return { userId: id, companyId, ...described, expiresAt: exp, issuedAt: iat, fingerprints };
}

/** Whether a token is of the right issuer, for the right audience, and of a company that the issuer signs for. */
function isMeant(
  { iss, aud, companyId }: z.output<typeof claims>,
  { issuer, audience, companies }: TokenRules,
): boolean {
  if (issuer !== undefined && iss !== issuer) return false;
  if (companies && !companies.has(companyId)) return false;
  return audience === undefined || aud === audience || (Array.isArray(aud) && aud.includes(audience));
}

/** Returns the fingerprint of a token's header and payload. The signature is left out, since anyone can respell it. */
export function tokenFingerprint(token: string): string {
  return fingerprint(token.slice(0, token.lastIndexOf('.')));
}

/** Returns the SHA-256 of a text in hexadecimal. */
export function fingerprint(text: string): string {
  return hash('sha256', text);
}
