import { Webhook } from 'standardwebhooks';
import { Agent, type Dispatcher, request } from 'undici';
import { ISOLATED_LIMITS } from '../domain/attempt-limits.ts';
import { targetFault } from '../domain/target-url.ts';
import type { Outcome, Provider, Push } from './provider.ts';
import { createPublicLookup, PrivateAddressError, type Resolve } from './public-lookup.ts';

/** How webhooks are called. */
export interface WebhookOptions {
  /** Lets webhooks go to loopback and private addresses. */
  allowPrivate: boolean;
  /** Milliseconds for one attempt as a whole; default 10,000. */
  timeoutMs?: number;
  /** Resolves names; default: the system's resolver. */
  resolve?: Resolve;
}

const TIMEOUT_MS = 10_000;
const CONNECT_TIMEOUT_MS = 5_000;
/** Connections to one origin, at most: twice as many as attempts at isolated devices can hold. */
const CONNECTIONS_PER_ORIGIN = 2 * ISOLATED_LIMITS.total;
/** Bytes of an answer's body that the provider reads and drops to keep its connection. */
const RESPONSE_BYTES = 16_384;
const GONE = 410;

/** Creates the provider of webhooks: each attempt is one POST, signed as Standard Webhooks demand. It follows no redirect. */
export function createWebhookProvider(options: WebhookOptions): Provider {
  const { allowPrivate, timeoutMs = TIMEOUT_MS } = options;
  const agent = new Agent({
    connect: {
      timeout: Math.min(CONNECT_TIMEOUT_MS, timeoutMs),
      ...(!allowPrivate && { lookup: createPublicLookup(options.resolve) }),
    },
    connections: CONNECTIONS_PER_ORIGIN,
  });

  return {
    async send(push, signal) {
      const { url } = push.target;
      if (typeof url !== 'string' || push.secret === null) return { kind: 'refused', reason: 'no url or no secret' };
      // A socket does no lookup for an address, and the setting may have changed since the registration.
      const fault = targetFault(url, { allowPrivate });
      if (fault !== undefined) return { kind: 'refused', reason: `url ${fault}` };
      const deadline = AbortSignal.timeout(timeoutMs);
      try {
        const { statusCode, body } = await post(url, push, push.secret, {
          dispatcher: agent,
          signal: AbortSignal.any([signal, deadline]),
        });
        // The status is the answer. A body that breaks off or never ends changes nothing and is cut.
        await body.dump({ limit: RESPONSE_BYTES, signal: AbortSignal.any([signal, deadline]) }).catch(() => {
          body.destroy();
        });
        return outcomeOf(statusCode);
      } catch (error) {
        if (signal.aborted) return { kind: 'interrupted' };
        return { kind: 'failed', reason: deadline.aborted ? 'timeout' : describe(error) };
      }
    },
    close: () => agent.close(),
  };
}

function post(
  url: string,
  push: Push,
  secret: string,
  options: { dispatcher: Dispatcher; signal: AbortSignal },
): Promise<Dispatcher.ResponseData> {
  const payload = JSON.stringify(push.body);
  const now = new Date();
  return request(url, {
    ...options,
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'user-agent': 'Vestnik',
      'webhook-id': push.id,
      'webhook-timestamp': `${Math.floor(now.getTime() / 1_000)}`,
      'webhook-signature': new Webhook(secret).sign(push.id, now, payload),
    },
    body: payload,
  });
}

function outcomeOf(status: number): Outcome {
  if (status >= 200 && status < 300) return { kind: 'sent' };
  if (status === GONE) return { kind: 'gone' };
  return { kind: 'failed', reason: status >= 300 && status < 400 ? `redirect ${status}` : `status ${status}` };
}

/** Returns a few words for the record, and never text that the target wrote. */
function describe(error: unknown): string {
  if (error instanceof PrivateAddressError) return 'private address';
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' ? code : 'network';
}
