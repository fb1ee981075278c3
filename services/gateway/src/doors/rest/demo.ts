import { signToken } from '@vestnik/auth';
import { VestnikError } from '@vestnik/contracts';
import { Router } from 'express';
import { z } from 'zod';
import type { Context } from '../../context.ts';
import { createBodyReader, parseBody } from './body.ts';
import { DEMO_PEOPLE } from './demo-people.ts';
import { methodNotAllowed } from './failure.ts';
import type { Step } from './locals.ts';
import { sendJson } from './send-json.ts';

/** Lifetime of the token of a demo person, in seconds: a day. */
const TOKEN_LIFETIME_SECONDS = 24 * 60 * 60;
const PATH = '/demo/sign-in';
/** Bytes of a body that names one person. */
const BODY_BYTES = 1_024;

const input = z.object({ userId: z.int() });

/**
 * Creates the route by which the web messenger signs in as one of the demo people: `POST /demo/sign-in {userId}` answers
 * `token`. Without `DEMO` the router has no route.
 */
export function createDemo({ config }: Context): Router {
  const router = Router();
  const { keys, demo, tokenAudience, tokenMaxSeconds, limits } = config;
  if (!demo || !('secret' in keys)) return router;
  const { secret } = keys;
  const lifetime = Math.min(TOKEN_LIFETIME_SECONDS, tokenMaxSeconds);
  const readBody = createBodyReader(BODY_BYTES);

  const signIn: Step = async (request, response) => {
    const { data } = input.safeParse(parseBody(await readBody(request, response), limits));
    const person = DEMO_PEOPLE.find(({ id }) => id === data?.userId);
    if (!person) throw new VestnikError('bad_request', 'userId must be that of a demo person');
    const { title: _, ...claims } = person;
    response.setHeader('cache-control', 'no-store');
    const token = signToken(secret, { ...claims, aud: tokenAudience }, lifetime);
    sendJson(response, 200, { success: true, data: { token } });
  };

  router
    .route(PATH)
    .all((_, response, next) => {
      response.locals.route = PATH;
      next();
    })
    // oxlint-disable-next-line oxc/no-async-endpoint-handlers -- Express 5 answers rejections.
    .post(signIn)
    .all(methodNotAllowed(['POST']));
  return router;
}
