import { Webhook } from 'standardwebhooks';
import { ISOLATED_LIMITS } from '../domain/attempt-limits.ts';
import { retryAfterSeconds } from '../domain/retry-after.ts';
import { targetFault } from '../domain/target-url.ts';
import { type Answer, createHttpClient } from './http-client.ts';
import { createLookup, PrivateAddressError } from './lookup.ts';
import type { Outcome, Provider, Push } from './provider.ts';
import { createResolve, type Resolve } from './resolve.ts';

/** How webhooks are called. */
export interface WebhookOptions {
  /** Lets webhooks go to loopback and private addresses. */
  allowPrivate: boolean;
  /** Milliseconds for one attempt as a whole; default 10,000. */
  timeoutMs?: number;
  /** Resolves names; default: by the system's DNS servers. */
  resolve?: Resolve;
}

const TIMEOUT_MS = 10_000;
/** Connections to one origin, at most: twice as many as attempts at isolated devices can hold. */
const CONNECTIONS_PER_ORIGIN = 2 * ISOLATED_LIMITS.total;
const GONE = 410;
/** Answers that may say in `Retry-After` when to come again. */
const BUSY = new Set([429, 503]);

/** Creates the provider of webhooks: each attempt is one POST, signed as Standard Webhooks demand. It follows no redirect. */
export function createWebhookProvider(options: WebhookOptions): Provider {
  const { allowPrivate, timeoutMs = TIMEOUT_MS, resolve = createResolve() } = options;
  const client = createHttpClient(createLookup(resolve, { allowPrivate }), CONNECTIONS_PER_ORIGIN);

  return {
    async send(push, signal) {
      const { url } = push.target;
      if (typeof url !== 'string' || push.secret === null) return { kind: 'refused', reason: 'no url or no secret' };
      // A socket does no lookup for an address, and the setting may have changed since the registration.
      const fault = targetFault(url, { allowPrivate });
      if (fault !== undefined) return { kind: 'refused', reason: `url ${fault}` };
      const deadline = AbortSignal.timeout(timeoutMs);
      try {
        const body = JSON.stringify(push.body);
        const headers = signedHeaders(push, push.secret, body);
        return outcomeOf(await client.post(new URL(url), headers, body, AbortSignal.any([signal, deadline])));
      } catch (error) {
        if (signal.aborted) return { kind: 'interrupted' };
        return { kind: 'failed', reason: deadline.aborted ? 'timeout' : describe(error) };
      }
    },
    close: async () => client.close(),
  };
}

function signedHeaders(push: Push, secret: string, body: string): Record<string, string> {
  const now = new Date();
  return {
    'content-type': 'application/json',
    'user-agent': 'Vestnik',
    'webhook-id': push.id,
    'webhook-timestamp': `${Math.floor(now.getTime() / 1_000)}`,
    'webhook-signature': new Webhook(secret).sign(push.id, now, body),
  };
}

function outcomeOf({ status, retryAfter }: Answer): Outcome {
  if (status >= 200 && status < 300) return { kind: 'sent' };
  if (status === GONE) return { kind: 'gone' };
  const reason = status >= 300 && status < 400 ? `redirect ${status}` : `status ${status}`;
  const wait = BUSY.has(status) ? retryAfterSeconds(retryAfter, new Date()) : undefined;
  return { kind: 'failed', reason, ...(wait !== undefined && { retryAfterSeconds: wait }) };
}

/** Returns a few words for the record, and never text that the target wrote. */
function describe(error: unknown): string {
  if (error instanceof PrivateAddressError) return 'private address';
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' ? code : 'network';
}
