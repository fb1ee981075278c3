import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Verifier } from '@vestnik/auth';
import type { Context } from '../../context.ts';
import { bearerToken } from '../bearer-token.ts';

/** The verdict about the token of a request: at once, or once the keys or the user's company are known. */
type Verdict = ReturnType<Verifier>;

/** The parts that the first look needs. */
type LookContext = Pick<
  Context,
  'clientAddresses' | 'unauthenticated' | 'strangerRequests' | 'countRefusal' | 'verify'
>;

/** The first look at each request, before Express. */
export interface FirstLook {
  /** Calls `next` for a request that passes, perhaps a moment later. The first look answers all others itself. */
  look(request: IncomingMessage, response: ServerResponse, next: () => void): void;
  /** Returns the verdict about the token of a request that passed. Judges it only once. */
  judge(request: IncomingMessage, token: string): Verdict;
}

/** A request beyond the rate waits this long for its refusal, in milliseconds, and its connection with it. */
const REFUSE_AFTER_MS = 1_000;
const HEALTH = '/health/';
const BODY = JSON.stringify({
  success: false,
  error: { code: 'rate_limited', message: 'Too many requests without a good token from this address' },
});

/**
 * Creates the first look of one gateway. It judges the token first, which is cheap. Requests without a good token have a rate
 * for each address: they wait for their turn. Far beyond the rate the connection stands still for a second, gets 429 and is
 * closed. So a stranger with ten connections costs ten short answers a second. Health and the preflights of
 * browsers have rates of their own for each address.
 */
export function createFirstLook(context: LookContext): FirstLook {
  const { clientAddresses, unauthenticated, strangerRequests, countRefusal, verify } = context;
  const verdicts = new WeakMap<IncomingMessage, Verdict>();
  /** Connections that are closed behind their refusal. */
  const ending = new WeakSet<Socket>();

  /** Returns true for a good token, and for one that cannot be judged at once. */
  function isGood(request: IncomingMessage): boolean {
    const token = bearerToken(request.headers.authorization);
    if (token === undefined) return false;
    try {
      const verdict = verify(token);
      verdicts.set(request, verdict);
      if (verdict instanceof Promise) verdict.catch(() => undefined);
      return verdict !== undefined;
    } catch {
      // The keys cannot be read, and the answer says so.
      return true;
    }
  }

  /** The connection of a trusted proxy carries requests of others, which go on. */
  function refuse(request: IncomingMessage, response: ServerResponse): void {
    const { socket } = request;
    if (!clientAddresses.isProxy(socket.remoteAddress ?? '')) {
      ending.add(socket);
      socket.pause();
      response.setHeader('connection', 'close');
    }
    const timer = setTimeout(() => {
      response.writeHead(429, {
        'content-type': 'application/json; charset=utf-8',
        'content-length': BODY.length,
        'retry-after': '1',
      });
      response.end(BODY);
    }, REFUSE_AFTER_MS);
    response.once('close', () => clearTimeout(timer));
  }

  return {
    look(request, response, next) {
      const { socket } = request;
      if (ending.has(socket)) return;
      const address = clientAddresses.of(socket.remoteAddress ?? '', forwardedFor(request));
      unauthenticated.heard(socket, address);
      if (isGood(request)) {
        next();
        return;
      }
      const waitMs = strangerRequests.take(`${kindOf(request)} ${address}`);
      if (waitMs === 0) next();
      else if (waitMs === undefined) {
        countRefusal('stranger_requests');
        refuse(request, response);
      } else {
        const timer = setTimeout(next, waitMs);
        response.once('close', () => clearTimeout(timer));
      }
    },
    judge: (request, token) => (verdicts.has(request) ? verdicts.get(request) : verify(token)),
  };
}

/** Returns the kind of a request without a good token. A browser asks by OPTIONS on behalf of users who have one. */
function kindOf({ url, method }: IncomingMessage): 'health' | 'preflight' | 'other' {
  if (url?.startsWith(HEALTH)) return 'health';
  return method === 'OPTIONS' ? 'preflight' : 'other';
}

/** Returns the header `X-Forwarded-For`. Node joins several lines by commas. */
export function forwardedFor(request: IncomingMessage): string | undefined {
  const header = request.headers['x-forwarded-for'];
  return Array.isArray(header) ? header.join(',') : header;
}
