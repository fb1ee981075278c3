import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { VestnikError } from '@vestnik/contracts';
import express, { Router } from 'express';
import type { Context } from '../../context.ts';
import { DEMO_PEOPLE } from './demo-people.ts';
import { methodNotAllowed } from './failure.ts';
import type { Step } from './locals.ts';
import { pagePolicy } from './page-policy.ts';
import { sendJson } from './send-json.ts';

/** The repository, from which a relative folder of `WEB_FILES` counts. */
const ROOT = fileURLToPath(new URL('../../../../../', import.meta.url));
/** How long a browser may keep a file whose name has the hash of its content, in milliseconds: a year. */
const ASSET_MAX_AGE_MS = 365 * 24 * 60 * 60 * 1_000;

/**
 * Creates the routes of the web messenger: the page at `/`, its files below `/assets`, and `/web.json`. The page learns from
 * `/web.json` the socket port, the origins that may embed it, and the demo people.
 */
export function createMessenger({ config }: Context): Router {
  const router = Router();
  const folder = resolve(ROOT, config.webFiles);
  const page = join(folder, 'index.html');
  const get = (path: string, handle: Step) => {
    router
      .route(path)
      .all((_, response, next) => {
        response.locals.route = path;
        next();
      })
      .get(handle)
      .all(methodNotAllowed(['GET']));
  };
  const settings = {
    socket_port: config.socketPort,
    origins: config.origins,
    demo_people: config.demo ? DEMO_PEOPLE.map(describe) : [],
  };

  get('/web.json', (_, response) => {
    response.setHeader('cache-control', 'no-cache');
    sendJson(response, 200, settings);
  });
  get('/', (request, response) => {
    if (!existsSync(page)) {
      throw new VestnikError('not_found', 'The web messenger is not built: npm run build -w @vestnik/web');
    }
    response.setHeader('content-security-policy', pagePolicy(request.hostname, config.socketPort, config.origins));
    response.setHeader('cache-control', 'no-cache');
    response.sendFile(page);
  });
  const assets = express.static(join(folder, 'assets'), { immutable: true, maxAge: ASSET_MAX_AGE_MS, index: false });
  router.use('/assets', (request, response, next) => {
    response.locals.route = '/assets';
    assets(request, response, next);
  });
  return router;
}

function describe({ id, name, companyId, companyName, title }: (typeof DEMO_PEOPLE)[number]) {
  return { id, name, company_id: companyId, company_name: companyName, title };
}
