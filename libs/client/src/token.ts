import { VestnikError } from './errors.ts';

/** How long before its end a token is replaced, in ms; at most half of what is left of its life. */
const AHEAD_MS = 60_000;

/** How long a new token is kept at least, in ms, however soon it ends. */
const LEAST_MS = 1_000;
/** How long after a failure `getToken` is asked again, in ms. */
const RETRY_MS = 5_000;

/** The token that a client shows, and its successors. */
export interface TokenSource {
  /** Returns the token to show now. */
  current(): Promise<string>;
  /**
   * Returns another token than the refused one.
   *
   * @throws VestnikError `unauthorized` when there is none.
   */
  renew(refused: string): Promise<string>;
  /** Calls `onToken` with a new token before the current one ends, again and again, until the returned function is called. */
  keepFresh(onToken: (token: string) => void): () => void;
}

/** Returns when a token ends, in ms since 1970; undefined where it does not say. */
export function expiryOf(token: string): number | undefined {
  try {
    const payload = token.split('.')[1] ?? '';
    const { exp } = JSON.parse(atob(payload.replaceAll('-', '+').replaceAll('_', '/'))) as { exp?: unknown };
    return typeof exp === 'number' ? exp * 1_000 : undefined;
  } catch {
    return undefined;
  }
}

/** The longest time that a timer takes, in ms. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** Makes the source of tokens of a client: one fixed token, or those that `getToken` returns. */
export function createTokenSource({
  token,
  getToken,
}: {
  token?: string;
  getToken?: () => Promise<string>;
}): TokenSource {
  let held = token;
  let asking: Promise<string> | undefined;
  let onToken: ((token: string) => void) | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;

  /** Plans the next token; `leastMs` from now at least. */
  function plan(leastMs: number): void {
    clearTimeout(timer);
    const expiry = held === undefined ? undefined : expiryOf(held);
    if (expiry === undefined || !getToken || !onToken) return;
    const left = expiry - Date.now();
    const wait = Math.max(left - Math.min(AHEAD_MS, left / 2), leastMs);
    if (wait > MAX_TIMER_MS) timer = setTimeout(plan, MAX_TIMER_MS, leastMs);
    else timer = setTimeout(() => void ask().then(onToken, () => plan(RETRY_MS)), wait);
  }

  function ask(): Promise<string> {
    if (!getToken) return Promise.reject(new VestnikError('unauthorized', 'the token is not accepted any more'));
    asking ??= getToken()
      .then((fresh) => {
        held = fresh;
        plan(LEAST_MS);
        return fresh;
      })
      .catch((cause: unknown) => {
        throw new VestnikError('unavailable', 'getToken failed', { cause });
      })
      .finally(() => {
        asking = undefined;
      });
    return asking;
  }

  return {
    current: () => (held !== undefined && (expiryOf(held) ?? Infinity) > Date.now() ? Promise.resolve(held) : ask()),
    async renew(refused) {
      const fresh = held !== undefined && held !== refused ? held : await ask();
      if (fresh === refused) throw new VestnikError('unauthorized', 'getToken returned the token that was refused');
      return fresh;
    },
    keepFresh(listener) {
      onToken = listener;
      plan(0);
      return () => {
        onToken = undefined;
        clearTimeout(timer);
      };
    },
  };
}
