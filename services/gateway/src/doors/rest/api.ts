import { VestnikError } from '@vestnik/contracts';
import type { NextFunction } from 'express';
import type { Context } from '../../context.ts';
import { withinDeadline } from '../../sessions/answer-deadline.ts';
import { createOrderedChanges } from '../../sessions/ordered-changes.ts';
import type { Caller } from '../../upstream/caller.ts';
import { JsonText } from '../../upstream/json-text.ts';
import { authenticate } from './authenticate.ts';
import { createBodyReader, parseBody } from './body.ts';
import { changedThing } from './changed-thing.ts';
import { methodNotAllowed } from './failure.ts';
import type { FirstLook } from './first-look.ts';
import type { ApiResponse, Step } from './locals.ts';
import { Query } from './query.ts';
import { createRouteTable } from './route-table.ts';
import { routes } from './routes.ts';
import { sendData, sendJson } from './send-json.ts';

type Request = Parameters<Step>[0];

/** Creates the step that answers everything below `prefix`: it finds the caller and the route, reads the input, and calls the use case. */
export function createApi(context: Context, firstLook: Pick<FirstLook, 'judge'>, prefix: string): Step {
  const { limits } = context.config;
  const find = createRouteTable(routes);
  const order = createOrderedChanges();
  const readBody = createBodyReader(limits.bodyBytes);

  /** The user pays for the bytes of a body before it is parsed. */
  async function read(request: Request, response: ApiResponse, { userId }: Caller): Promise<object> {
    const bytes = await readBody(request, response);
    context.rateLimits.chargeBytes(userId, bytes.length);
    return parseBody(bytes, limits);
  }

  /** Answers a request and returns the bytes of the answer. */
  async function answer(request: Request, response: ApiResponse, caller: Caller, next: NextFunction): Promise<number> {
    const match = find(request.path);
    if (!match) throw new VestnikError('not_found', 'There is nothing here');
    const { pattern, methods, params } = match;
    response.locals.route = prefix + pattern;
    const route = methods.get(request.method === 'HEAD' ? 'GET' : request.method);
    if (!route) {
      methodNotAllowed([...methods.keys()])(request, response, next);
      return 0;
    }
    const body = route.hasBody ? await read(request, response, caller) : undefined;
    const act = route.prepare(
      { params, query: new Query(request.query), headers: request.headersDistinct, body },
      context,
    );
    const thing = changedThing(route.method, pattern, params);
    const change = () => act(context, caller);
    const reply = thing === undefined ? change() : order.run(`${caller.userId} ${thing}`, change);
    const { status, data } = await withinDeadline(reply);
    if (data instanceof JsonText) return sendData(response, status, data.json);
    return sendJson(response, status, { success: true, data });
  }

  return async (request, response, next) => {
    response.setHeader('cache-control', 'no-store');
    const caller = await authenticate(context, firstLook, request, response.locals.requestId);
    let bytes = 0;
    try {
      bytes = await answer(request, response, caller, next);
    } finally {
      // A failure is answered behind this, and is short.
      context.unsentAnswers.follow(caller.userId, response, bytes, () => caller.answered());
    }
  };
}
