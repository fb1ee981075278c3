import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createAsyncApi, createOpenApi } from '@vestnik/api-documents';
import express, { Router } from 'express';
import type { Context } from '../../context.ts';
import { methodNotAllowed } from './failure.ts';
import type { Step } from './locals.ts';
import { pagePolicy } from './page-policy.ts';
import { sendJson } from './send-json.ts';

/** The files of our own page. */
const PAGE = fileURLToPath(new URL('../../../pages/docs/', import.meta.url));
/** The files of Swagger UI that the page uses. */
const UI = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));
const UI_FILES = ['swagger-ui.css', 'swagger-ui-bundle.js'];

/** Creates the routes of the documents: `/openapi.json`, `/asyncapi.json`, and the page at `/docs` that shows both. */
export function createDocuments({ config }: Context): Router {
  const router = Router();
  const openApi = createOpenApi(config.limits);
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
  get('/openapi.json', (_, response) => sendJson(response, 200, openApi));
  get('/asyncapi.json', (request, response) =>
    sendJson(response, 200, createAsyncApi(config.limits, `${request.hostname}:${config.socketPort}`)),
  );
  get('/docs', (request, response) => {
    // Swagger UI writes inline styles.
    response.setHeader(
      'content-security-policy',
      pagePolicy(request.hostname, config.socketPort, config.origins, { inlineStyles: true }),
    );
    response.sendFile(join(PAGE, 'index.html'));
  });
  for (const file of UI_FILES) get(`/docs/ui/${file}`, (_, response) => response.sendFile(join(UI, file)));
  router.use('/docs', express.static(PAGE, { index: false, redirect: false }));
  return router;
}
