import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Context } from '../../context.ts';
import type { ApiResponse } from './locals.ts';

/** Correlation ids that clients give are taken when they are harmless in logs and headers. */
const REQUEST_ID = /^[A-Za-z0-9._-]{1,64}$/;
/** In seconds. Most requests are one or two trips over the bus, and none takes longer than ten seconds. */
const DURATION_BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
/** Stands for the pattern of a request without a route: one that was refused before, or an unknown path. */
const NO_ROUTE = 'none';

/** Statuses of requests that a limit refused, or that had no good token. A client can cause any number of them. */
const UNLOGGED = new Set([401, 429]);

/**
 * Creates the observer. It gives each request its correlation id, and writes one log line and one measurement at its end.
 * Requests without a good token and those beyond a limit have no line of their own: the refusals are summed up.
 */
export function createObserver({
  logger,
  metrics,
  countRefusal,
}: Context): (request: IncomingMessage, response: ApiResponse) => void {
  const durations = metrics.histogram('rest_request_duration_seconds', 'REST requests', DURATION_BUCKETS, [
    'method',
    'route',
    'status',
  ]);
  return (request, response) => {
    const start = performance.now();
    const given = request.headers['x-request-id'];
    const requestId = typeof given === 'string' && REQUEST_ID.test(given) ? given : randomUUID();
    response.locals.requestId = requestId;
    response.setHeader('x-request-id', requestId);
    response.once('close', () => {
      const ms = performance.now() - start;
      const { method = '' } = request;
      const route = response.locals.route ?? NO_ROUTE;
      const status = response.statusCode;
      durations.observe({ method, route, status }, ms / 1_000);
      if (status === 401) countRefusal('unauthorized');
      if (UNLOGGED.has(status)) return;
      const line = { method, route, status, ms: Math.round(ms * 10) / 10, request_id: requestId };
      if (response.writableFinished) logger.info(line, 'request');
      else logger.info(line, 'request given up by the client');
    });
  };
}
