import { isUtf8 } from 'node:buffer';
import { VestnikError } from '@vestnik/contracts';
import express from 'express';
import type { GatewayContext } from '../context.ts';
import { inTime } from '../in-time.ts';
import { createAuthentication } from './authenticate.ts';
import { methodNotAllowed } from './failure.ts';
import type { ApiResponse, Step } from './locals.ts';
import { createRouteTable } from './route-table.ts';
import { routes } from './routes.ts';
import { sendData, sendJson } from './send-json.ts';

/** Methods whose requests carry a body. */
const BODY_METHODS = new Set(['POST', 'PUT', 'PATCH']);

/** Creates the step that answers everything below `prefix`: who asks, which route, its body, its handler. */
export function createApi(context: GatewayContext, prefix: string): Step {
  const authenticate = createAuthentication(context);
  const find = createRouteTable(routes);
  const parser = bodyParser(context.config.limits.bodyBytes);
  return async (request, response, next) => {
    response.setHeader('cache-control', 'no-store');
    const caller = await authenticate(request, response.locals.requestId);
    const match = find(request.path);
    if (!match) throw new VestnikError('not_found', 'There is nothing here');
    const { known, params } = match;
    response.locals.route = prefix + known.pattern;
    const route = known.methods.get(request.method === 'HEAD' ? 'GET' : request.method);
    if (!route) {
      methodNotAllowed([...known.methods.keys()])(request, response, next);
      return;
    }
    const body = BODY_METHODS.has(route.method) ? await readBody(parser, request, response) : undefined;
    const reply = await inTime(route.handle(context, caller, { params, query: request.query, body }));
    if ('json' in reply) sendData(response, reply.json);
    else sendJson(response, reply.status ?? 200, { success: true, data: reply.data });
  };
}

/** Parses every body as JSON, whatever type it claims: there is no other. JSON between systems is UTF-8 (RFC 8259, 8.1). */
function bodyParser(limit: number): Step {
  return express.json({
    limit,
    type: () => true,
    verify(_, __, bytes, charset) {
      // Express would take it for an object without fields.
      if (bytes.length === 0) throw new VestnikError('bad_request', 'The body must be a JSON object');
      if (charset !== 'utf-8' || !isUtf8(bytes)) throw new VestnikError('bad_request', 'The body is not UTF-8');
    },
  });
}

/** @throws what the parser refuses with; VestnikError `bad_request` for JSON that is no object. */
async function readBody(parser: Step, request: Parameters<Step>[0], response: ApiResponse): Promise<object> {
  await new Promise<void>((resolve, reject) => {
    void parser(request, response, (error?: unknown) => (error ? reject(error) : resolve()));
  });
  const body: unknown = request.body;
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new VestnikError('bad_request', 'The body must be a JSON object');
  }
  return body;
}
