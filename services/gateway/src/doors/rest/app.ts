import { VestnikError } from '@vestnik/contracts';
import compression from 'compression';
import cors from 'cors';
import express, { type Express, Router } from 'express';
import type { Context } from '../../context.ts';
import type { Readiness } from '../../upstream/readiness.ts';
import { createApi } from './api.ts';
import { createDemo } from './demo.ts';
import { createDocuments } from './documents.ts';
import { createFailureHandler, methodNotAllowed } from './failure.ts';
import type { FirstLook } from './first-look.ts';
import type { Step } from './locals.ts';
import { createMessenger } from './messenger.ts';
import { createObserver } from './observe.ts';
import { createSecurityHeaders } from './security-headers.ts';
import { sendJson } from './send-json.ts';

const API = '/api/messenger';
/** Smaller answers fit one packet anyway, in bytes. */
const COMPRESSION_THRESHOLD = 1_400;
/** How long a browser may keep the answer to a preflight, in seconds. */
const PREFLIGHT_MAX_AGE = 600;

/** Creates everything that the gateway answers on `PORT`: REST, its documents and health. */
export function createRestApp(context: Context, firstLook: Pick<FirstLook, 'judge'>, readiness: Readiness): Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  // The simple parser leaves a parameter that is given twice as an array, which is how it is told from one.
  app.set('query parser', 'simple');
  app.use(createEntrance(context));
  if (context.config.origins.length > 0) app.use(API, allowOrigins(context.config.origins));
  app.use(API, createApi(context, firstLook, API));
  app.use('/health', forbidCaching, healthRouter(readiness));
  app.use(createDocuments(context));
  app.use(createDemo(context));
  app.use(createMessenger(context));
  app.use(notFound);
  app.use(createFailureHandler(context));
  return app;
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
    const report = await readiness();
    sendJson(response, report.ready ? 200 : 503, report);
  });
  return router;
}

/** Creates the step that every request passes. It is one step, because Express takes longer between steps than these parts take. */
function createEntrance(context: Context): Step {
  const observe = createObserver(context);
  const setSecurityHeaders = createSecurityHeaders();
  const compress = createCompression();
  return (request, response, next) => {
    observe(request, response);
    setSecurityHeaders(response);
    return compress(request, response, next);
  };
}

/** Creates the compression of responses. Only those of clients that accept compression are wrapped: wrapping costs. */
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

const forbidCaching: Step = (_, response, next) => {
  response.setHeader('cache-control', 'no-store');
  next();
};

function allowOrigins(origins: string[]): Step {
  return cors({
    origin: origins,
    methods: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'],
    allowedHeaders: ['authorization', 'content-type', 'idempotency-key', 'x-request-id'],
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
