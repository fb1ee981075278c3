import { ERROR_STATUS, type ErrorBody, toErrorBody, VestnikError } from '@vestnik/contracts';
import type { Context } from '../../context.ts';
import { AUTHENTICATE } from '../bearer-token.ts';
import type { ApiResponse, FailureStep, Step } from './locals.ts';
import { sendJson } from './send-json.ts';
import { StatusError } from './status-error.ts';

/** `Retry-After` of a 429 or 503 whose cause names no time, in seconds. */
const RETRY_AFTER_SECONDS = 1;

/** Answers a request that threw with the failure envelope. Errors that are bugs are logged, and answered as `internal`. */
export function createFailureHandler({ logger }: Context): FailureStep {
  return (error: unknown, request, response, next) => {
    if (response.headersSent) {
      next(error);
      return;
    }
    const refusal = error instanceof VestnikError ? error : fromExpress(error);
    if (!refusal) {
      const { requestId, route } = response.locals;
      logger.error({ err: error, request_id: requestId, method: request.method, route }, 'request failed');
    }
    const body = toErrorBody(refusal ?? error);
    const status = refusal instanceof StatusError ? refusal.status : ERROR_STATUS[body.code];
    if (status === 401) response.setHeader('www-authenticate', AUTHENTICATE);
    if (status === 415) response.setHeader('accept', 'application/json');
    if (status === 429 || status === 503) {
      const seconds = Math.ceil(refusal?.retryAfterSeconds ?? RETRY_AFTER_SECONDS);
      response.setHeader('retry-after', String(Math.max(1, seconds)));
    }
    fail(response, status, body);
  };
}

/** Creates the step that refuses a method which a known path does not have. */
export function methodNotAllowed(methods: string[]): Step {
  const allow = methods.flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method])).join(', ');
  return (request, response) => {
    response.setHeader('allow', allow);
    fail(response, 405, { code: 'bad_request', message: `${request.method} is not possible here` });
  };
}

function fail(response: ApiResponse, status: number, error: ErrorBody): void {
  const request_id = response.locals.requestId;
  sendJson(response, status, { success: false, error: { ...error, request_id } });
}

/**
 * Translates the refusals of Express and its body parser, which carry a status of 400 to 499. Returns undefined for all
 * other errors.
 */
function fromExpress(error: unknown): VestnikError | undefined {
  if (!(error instanceof Error) || !('status' in error) || typeof error.status !== 'number') return undefined;
  if (error.status < 400 || error.status > 499) return undefined;
  const kind = 'type' in error ? error.type : undefined;
  if (kind === 'entity.too.large') return new VestnikError('too_large', 'The body is too large');
  return new VestnikError('bad_request', error.message);
}
