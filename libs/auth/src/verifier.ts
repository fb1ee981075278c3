import type { Identity, TokenRules } from './identity.ts';
import { KeyError } from './key-error.ts';
import { createKeySetVerifier } from './key-set.ts';
import { parsePublicKey } from './public-key.ts';
import { createPublicKeyCheck, createSecretCheck, type TokenCheck } from './token-check.ts';
import { isCanonical } from './token-form.ts';

/** Where keys come from. Exactly one of them decides which algorithms are accepted. */
export type TokenKeys = { secret: string } | { publicKey: string } | { jwksUrl: string };

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
  const { verify, hasKeys } = 'jwksUrl' in keys ? byKeySet(keys.jwksUrl, rules) : byKey(checkOf(keys, rules));
  const verifier: Verifier = (token) => (isCanonical(token) ? verify(token) : undefined);
  return Object.assign(verifier, { hasKeys });
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
