import { setTimeout as delay } from 'node:timers/promises';
import { VestnikError } from '@vestnik/contracts';
import { JwksClient } from 'jwks-rsa';
import type { Identity, TokenRules } from './identity.ts';
import { fetchKeySet } from './key-set-fetch.ts';
import { parsePublicKey } from './public-key.ts';
import { createPublicKeyCheck, type TokenCheck } from './token-check.ts';
import { readHeader, type TokenHeader } from './token-form.ts';

/** A set of this age is read again, in milliseconds. */
const MAX_AGE_MS = 600_000;
/** The keys of a set of this age are no longer used, in milliseconds: the issuer may have withdrawn them since. */
const HARD_AGE_MS = 3_600_000;
/** The least time between two readings of the set, in milliseconds, whatever tokens come. */
const COOLDOWN_MS = 5_000;
/** Keys of a set that are used; an issuer has a few, and a token without a good signature is tried with all of them. */
const MAX_KEYS = 32;

/** A key of a set. */
interface SetKey {
  id: string | undefined;
  algorithm: string;
  check: TokenCheck;
}

/** Verifies tokens by a key set that an issuer serves and changes. */
export interface KeySetVerifier {
  /**
   * Verifies a token in canonical form: undefined when it is refused. Answers at once by the keys that are known. A token
   * that none of them signed has the set read again, unless it was read less than 5 s ago.
   *
   * @throws VestnikError `unavailable`, at once or later, when the token cannot be judged because the set cannot be read.
   */
  verify(token: string): Identity | undefined | Promise<Identity | undefined>;
  /** Returns true while there are keys to judge tokens by. */
  hasKeys: () => boolean;
}

/** Creates a verifier by the key set (RFC 7517) at `url`, and begins to read the set. */
export function createKeySetVerifier(url: string, rules: TokenRules): KeySetVerifier {
  const client = new JwksClient({ jwksUri: url, cache: false, fetcher: fetchKeySet });
  let keys: SetKey[] = [];
  let readAt = Number.NEGATIVE_INFINITY;
  let triedAt = Number.NEGATIVE_INFINITY;
  /** The latest attempt to read the set failed. */
  let isAway = false;
  let reading: Promise<void> | undefined;

  async function load(): Promise<void> {
    triedAt = performance.now();
    try {
      const found = await client.getSigningKeys();
      keys = found
        .flatMap(({ kid, alg, getPublicKey }) => usableKey(kid, alg, getPublicKey(), rules) ?? [])
        .slice(0, MAX_KEYS);
      readAt = performance.now();
      isAway = false;
    } catch {
      isAway = true;
    } finally {
      reading = undefined;
    }
  }

  /** Reads the set; undefined when it was tried less than the cooldown ago. */
  function read(): Promise<void> | undefined {
    if (!reading && performance.now() - triedAt >= COOLDOWN_MS) reading = load();
    return reading;
  }

  function hasKeys(): boolean {
    return keys.length > 0 && performance.now() - readAt < HARD_AGE_MS;
  }

  /** `foreign`: no key that may be used signed the token. */
  function judge(token: string, { algorithm, keyId }: TokenHeader): Identity | 'refused' | 'foreign' {
    if (!hasKeys()) return 'foreign';
    const fitting = keys.filter((key) => key.algorithm === algorithm);
    // The key id is a hint: sets and tokens may lack it, and keys may share it.
    const named = fitting.filter(({ id }) => id === keyId);
    for (const { check } of new Set([...named, ...fitting])) {
      const verdict = check(token);
      if (verdict !== 'foreign') return verdict;
    }
    return 'foreign';
  }

  /** The last word on a token that no key signed: a verdict only when the set is known. */
  function refuse(): undefined {
    if (isAway || !hasKeys()) {
      throw new VestnikError('unavailable', 'The keys of the issuer of tokens cannot be read', {
        retryAfterSeconds: COOLDOWN_MS / 1_000,
      });
    }
    return undefined;
  }

  async function judgeAgain(token: string, header: TokenHeader, read: Promise<void>): Promise<Identity | undefined> {
    await read;
    const verdict = judge(token, header);
    if (verdict === 'foreign') return refuse();
    return verdict === 'refused' ? undefined : verdict;
  }

  /** Keeps the set fresh without tokens too, so that a gateway that serves none becomes ready by itself. */
  async function keepFresh(): Promise<void> {
    for (;;) {
      if (!hasKeys() || performance.now() - readAt > MAX_AGE_MS) await read();
      await delay(COOLDOWN_MS, undefined, { ref: false });
    }
  }
  void keepFresh();

  return {
    verify(token) {
      const header = readHeader(token);
      if (!header || !ALGORITHMS.has(header.algorithm)) return undefined;
      if (performance.now() - readAt > MAX_AGE_MS) void read();
      const verdict = judge(token, header);
      if (verdict === 'refused') return undefined;
      if (verdict !== 'foreign') return verdict;
      const renewed = read();
      return renewed ? judgeAgain(token, header, renewed) : refuse();
    },
    hasKeys,
  };
}

const ALGORITHMS = new Set(['RS256', 'ES256', 'EdDSA']);

/** A key of a kind that is not accepted is no key. The kind decides the algorithm, and a set must not say another. */
function usableKey(
  id: string | undefined,
  said: string | undefined,
  pem: string,
  rules: TokenRules,
): SetKey | undefined {
  try {
    const key = parsePublicKey(pem);
    const isMeant = said === undefined || said === key.algorithm || (said === 'Ed25519' && key.algorithm === 'EdDSA');
    return isMeant ? { id, algorithm: key.algorithm, check: createPublicKeyCheck(key, rules) } : undefined;
  } catch {
    return undefined;
  }
}
