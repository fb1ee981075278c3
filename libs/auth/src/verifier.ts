import type { Identity, TokenRules } from './identity.ts';
import { KeyError } from './key-error.ts';
import { createKeySetVerifier } from './key-set.ts';
import { parsePublicKey } from './public-key.ts';
import { createPublicKeyCheck, createSecretCheck, type TokenCheck } from './token-check.ts';
import { isCanonical, readIssuer } from './token-form.ts';

/** A key, or where keys come from. It decides which algorithms are accepted. */
type IssuerKeys = { publicKey: string } | { jwksUrl: string };

/** An issuer that signs for its companies only. */
export type TrustedIssuer = IssuerKeys & {
  /** The `iss` of its tokens. */
  issuer: string;
  companies: readonly number[] | '*';
  /** The audience of its tokens; that of the rules when absent. */
  audience?: string | undefined;
};

/** Where keys come from: one key, one key set, or several issuers of which the `iss` of a token chooses one. */
export type TokenKeys = { secret: string } | IssuerKeys | { issuers: readonly TrustedIssuer[] };

/**
 * Verifies a token; undefined when the token is refused, for whatever reason. The answer is there at once, unless a key
 * set has to be read first.
 *
 * @throws VestnikError `unavailable`, at once or later, when the keys cannot be read. That says nothing of the token.
 */
export type Verifier = (token: string) => Identity | undefined | Promise<Identity | undefined>;

/** A verifier that says whether it has keys. */
export type KeyedVerifier = Verifier & {
  /** Returns false while every token is answered with `unavailable`, for lack of a key set. */
  hasKeys: () => boolean;
};

/** Least bytes of a shared secret: a key of HS256 must be at least as long as its hash (RFC 7518, 3.2). */
export const SECRET_BYTES = 32;

/** Lifetimes without a limit. */
const NO_RULES: TokenRules = { maxSeconds: Number.POSITIVE_INFINITY };

/**
 * Creates a verifier. Keys are parsed once, here.
 *
 * @throws KeyError for a secret below 32 bytes, or a public key of an unknown kind or below 2,048 bits. Also for the
 *   address of a key set that is neither https nor on this machine.
 */
export function createVerifier(keys: TokenKeys, rules = NO_RULES): KeyedVerifier {
  const { verify, hasKeys } = 'issuers' in keys ? byIssuer(keys.issuers, rules) : byKeys(keys, rules);
  const verifier: Verifier = (token) => (isCanonical(token) ? verify(token) : undefined);
  return Object.assign(verifier, { hasKeys });
}

function byKeys(keys: { secret: string } | IssuerKeys, rules: TokenRules) {
  return 'jwksUrl' in keys ? byKeySet(keys.jwksUrl, rules) : byKey(checkOf(keys, rules));
}

/** The text of a token chooses the issuer. The signature of that issuer then says whether the text holds. */
function byIssuer(issuers: readonly TrustedIssuer[], rules: TokenRules) {
  const verifiers = new Map(
    issuers.map(({ issuer, companies, audience = rules.audience, ...keys }) => {
      const signsFor = companies === '*' ? undefined : new Set(companies);
      return [issuer, byKeys(keys, { ...rules, issuer, audience, companies: signsFor })];
    }),
  );
  if (verifiers.size < issuers.length) throw new KeyError('must name each issuer once');
  return {
    verify: (token: string) => verifiers.get(readIssuer(token) ?? '')?.verify(token),
    hasKeys: () => [...verifiers.values()].every(({ hasKeys }) => hasKeys()),
  };
}

function checkOf(keys: { secret: string } | { publicKey: string }, rules: TokenRules): TokenCheck {
  if ('publicKey' in keys) return createPublicKeyCheck(parsePublicKey(keys.publicKey), rules);
  if (Buffer.byteLength(keys.secret) < SECRET_BYTES) throw new KeyError(`must be at least ${SECRET_BYTES} bytes`);
  return createSecretCheck(keys.secret, rules);
}

function byKey(check: TokenCheck) {
  return {
    verify(token: string): Identity | undefined {
      const verdict = check(token);
      return verdict === 'refused' || verdict === 'foreign' ? undefined : verdict;
    },
    hasKeys: () => true,
  };
}

/** A stranger who can change a set on its way can sign tokens, so the address must be https or on this machine. */
function byKeySet(url: string, rules: TokenRules) {
  const { protocol, hostname } = new URL(url);
  const isLocal = hostname === 'localhost' || hostname === '[::1]' || /^127\.[\d.]+$/.test(hostname);
  if (protocol !== 'https:' && !(protocol === 'http:' && isLocal)) {
    throw new KeyError('must be an https address, or http on a loopback address');
  }
  return createKeySetVerifier(url, rules);
}
