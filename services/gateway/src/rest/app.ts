import { isUtf8 } from 'node:buffer';
import { VestnikError } from '@vestnik/contracts';
import compression from 'compression';
import cors from 'cors';
import express, { type Express, Router } from 'express';
import type { Caller, GatewayContext } from '../context.ts';
import type { Readiness } from '../health.ts';
import { inTime } from '../in-time.ts';
import { createAuthentication } from './authenticate.ts';
import { createFailureHandler, methodNotAllowed } from './failure.ts';
import type { Step } from './locals.ts';
import { createObserver } from './observe.ts';
import type { Route } from './route.ts';
import { routes } from './routes.ts';
import { createSecurityHeaders } from './security-headers.ts';
import { sendData, sendJson } from './send-json.ts';

const API = '/api/messenger';
/** Smaller answers fit one packet anyway, in bytes. */
const COMPRESSION_THRESHOLD = 1_400;
/** How long a browser may keep the answer to a preflight, in seconds. */
const PREFLIGHT_MAX_AGE = 600;
/** Methods whose requests carry a body. */
const BODY_METHODS = new Set(['POST', 'PUT', 'PATCH']);

/** Creates everything that the gateway answers on `PORT`: REST and health. */
export function createRestApp(context: GatewayContext, readiness: Readiness): Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  // The simple parser leaves a parameter that is given twice as an array, which is how it is told from one.
  app.set('query parser', 'simple');
  app.use(createObserver(context));
  app.use(createSecurityHeaders(), createCompression());
  if (context.config.origins.length > 0) app.use(API, allowOrigins(context.config.origins));
  app.use('/health', forbidCaching, healthRouter(readiness));
  app.use(API, apiRouter(context));
  app.use(notFound);
  app.use(createFailureHandler(context));
  return app;
}

function apiRouter(context: GatewayContext): Router {
  const router = Router();
  router.use(forbidCaching, createAuthentication(context));
  const parseBody = bodyParser(context.config.limits.bodyBytes);
  for (const [path, ofPath] of Map.groupBy(routes, (route) => route.path)) {
    const target = router.route(path);
    target.all(notePattern(API + path));
    for (const route of ofPath) {
      const method = route.method.toLowerCase() as Lowercase<Route['method']>;
      if (BODY_METHODS.has(route.method)) target[method](parseBody, requireObject);
      target[method](answer(context, route));
    }
    target.all(methodNotAllowed(ofPath.map((route) => route.method)));
  }
  return router;
}

function healthRouter(readiness: Readiness): Router {
  const router = Router();
  const get = (path: string, handle: Step) => {
    router
      .route(path)
      .all(notePattern(`/health${path}`))
      .get(handle)
      .all(methodNotAllowed(['GET']));
  };
  get('/live', (_, response) => sendJson(response, 200, { live: true }));
  get('/ready', async (_, response) => {
    const parts = await readiness();
    const ready = Object.values(parts).every((part) => part === 'ok');
    sendJson(response, ready ? 200 : 503, { ready, parts });
  });
  return router;
}

function answer(context: GatewayContext, { handle }: Route): Step {
  return async (request, response) => {
    const { params, query, body } = request;
    const reply = await inTime(handle(context, response.locals.caller as Caller, { params, query, body }));
    if ('json' in reply) sendData(response, reply.json);
    else sendJson(response, reply.status ?? 200, { success: true, data: reply.data });
  };
}

/** Compresses for who takes it compressed; wrapping the responses of others would change nothing in them. */
function createCompression(): Step {
  const compress = compression({ threshold: COMPRESSION_THRESHOLD }) as unknown as Step;
  return (request, response, next) => {
    if (request.headers['accept-encoding'] !== undefined) compress(request, response, next);
    else {
      response.setHeader('vary', 'Accept-Encoding');
      next();
    }
  };
}

/** Parses every body as JSON, whatever type it claims: there is no other. JSON between systems is UTF-8 (RFC 8259, 8.1). */
function bodyParser(limit: number): Step {
  return express.json({
    limit,
    type: () => true,
    verify(_, __, bytes, charset) {
      if (charset !== 'utf-8' || !isUtf8(bytes)) throw new VestnikError('bad_request', 'The body is not UTF-8');
    },
  });
}

const forbidCaching: Step = (_, response, next) => {
  response.setHeader('cache-control', 'no-store');
  next();
};

const requireObject: Step = (request, _, next) => {
  const body: unknown = request.body;
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new VestnikError('bad_request', 'The body must be a JSON object');
  }
  next();
};

function allowOrigins(origins: string[]): Step {
  return cors({
    origin: origins,
    methods: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'],
    allowedHeaders: ['authorization', 'content-type', 'x-request-id'],
    exposedHeaders: ['retry-after', 'x-request-id'],
    maxAge: PREFLIGHT_MAX_AGE,
  });
}

function notePattern(pattern: string): Step {
  return (_, response, next) => {
    response.locals.route = pattern;
    next();
  };
}

const notFound: Step = () => {
  throw new VestnikError('not_found', 'There is nothing here');
};
