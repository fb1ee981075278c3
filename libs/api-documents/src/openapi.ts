import { type ContentLimits, ERROR_STATUS, type ErrorCode } from '@vestnik/contracts';
import { z } from 'zod';
import { createDocument, type ZodOpenApiOperationObject, type ZodOpenApiPathsObject } from 'zod-openapi';
import { error } from './answers.ts';
import { type Operation, type Parameter, TAGS } from './operation.ts';
import { createOperations } from './operations.ts';

/** The version of the public surface. Within it, changes only add. */
export const API_VERSION = '1.0.0';

/** Refusals that every route knows. */
const OF_EVERY_ROUTE: readonly ErrorCode[] = ['bad_request', 'unauthorized', 'rate_limited', 'internal', 'unavailable'];
/** Refusals of every route that takes a body. */
const OF_BODIES: readonly ErrorCode[] = ['too_large', 'invalid'];

const REFUSED: Record<ErrorCode, string> = {
  bad_request: 'A wrong shape or type, or an unknown parameter',
  unauthorized: 'There is no good token',
  forbidden: 'The caller may not see or change this, or it does not exist',
  not_found: 'It does not exist',
  conflict: 'It contradicts what is stored',
  too_large: 'The body is too large',
  invalid: 'A value is well formed and not acceptable',
  rate_limited: 'There are too many requests; `Retry-After` says when to come again',
  internal: 'The server has a fault',
  unavailable: 'Something is away for now; `Retry-After` says when to come again',
};

/** The seconds that a client waits before it tries again. */
const retryAfter = z.int().positive().meta({ description: 'Seconds after which a new attempt makes sense' });

/**
 * Creates the description of the REST API as OpenAPI 3.1.
 *
 * @param limits the limits of the process, which stand in the schemas of bodies
 */
export function createOpenApi(limits: ContentLimits): object {
  const paths: ZodOpenApiPathsObject = {};
  for (const operation of createOperations(limits)) {
    const path = operation.path.replaceAll(/:(\w+)/g, '{$1}');
    paths[path] = { ...paths[path], [operation.method.toLowerCase()]: describe(operation) };
  }
  return createDocument({
    openapi: '3.1.0',
    info: {
      title: 'Vestnik',
      version: API_VERSION,
      description:
        'The REST API of a messenger between companies. Live events travel by socket: see `/asyncapi.json`. Clients ignore fields that they do not know.',
      license: { name: 'Proprietary', identifier: 'LicenseRef-Proprietary' },
    },
    servers: [{ url: '/api/messenger', description: 'This server' }],
    security: [{ token: [] }],
    tags: Object.entries(TAGS).map(([name, description]) => ({ name, description })),
    paths,
    components: {
      securitySchemes: {
        token: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT', description: 'Your token' },
      },
    },
  });
}

function describe(operation: Operation): ZodOpenApiOperationObject {
  const { name, tag, summary, description, query = {}, headers = {}, body } = operation;
  const names = [...operation.path.matchAll(/:(\w+)/g)].map(([, parameter = '']) => parameter);
  return {
    operationId: name,
    tags: [tag],
    summary,
    ...(description === undefined ? {} : { description }),
    requestParams: {
      path: z.object(Object.fromEntries(names.map((parameter) => [parameter, pathParameter(parameter)]))),
      query: parameters(query),
      header: parameters(headers),
    },
    ...(body === undefined
      ? {}
      : {
          requestBody: {
            required: true,
            content: { 'application/json': { schema: body.schema, example: body.example } },
          },
        }),
    responses: { ...successes(operation), ...refusals(operation) },
  };
}

/** Emoji are the only parameters of a path that are no ids. */
function pathParameter(name: string): z.ZodType {
  return name === 'emoji'
    ? z.string().meta({ description: 'One emoji', examples: ['👍'] })
    : z
        .int()
        .positive()
        .meta({ examples: [1] });
}

function parameters(given: Record<string, Parameter>): z.ZodObject {
  return z.object(
    Object.fromEntries(
      Object.entries(given).map(([name, { description, schema, example, isRequired }]) => {
        const described = schema.meta({ description, ...(example === undefined ? {} : { examples: [example] }) });
        return [name, isRequired ? described : described.optional()];
      }),
    ),
  );
}

function successes({ answers }: Operation): ZodOpenApiOperationObject['responses'] {
  return Object.fromEntries(
    Object.entries(answers).map(([status, { description, data }]) => [
      status,
      {
        description,
        content: { 'application/json': { schema: z.looseObject({ success: z.literal(true), data }) } },
      },
    ]),
  );
}

/** Several codes may share a status; the body says which it was. */
function refusals({ body, refusals: own = [] }: Operation): ZodOpenApiOperationObject['responses'] {
  const codes = new Set([...OF_EVERY_ROUTE, ...(body ? OF_BODIES : []), ...own]);
  return Object.fromEntries(
    [...codes].map((code) => [
      String(ERROR_STATUS[code]),
      {
        description: REFUSED[code],
        ...(code === 'rate_limited' || code === 'unavailable'
          ? { headers: z.object({ 'Retry-After': retryAfter.optional() }) }
          : {}),
        content: { 'application/json': { schema: failure } },
      },
    ]),
  );
}

const failure = z
  .looseObject({ success: z.literal(false), error: error.extend({ request_id: z.string() }) })
  .meta({ id: 'Failure', description: 'The envelope of every refusal' });
