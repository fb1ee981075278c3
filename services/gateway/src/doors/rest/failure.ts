import { ERROR_STATUS, type ErrorBody, toErrorBody, VestnikError } from '@vestnik/contracts';
import type { Context } from '../../context.ts';
import type { ApiResponse, FailureStep, Step } from './locals.ts';
import { sendJson } from './send-json.ts';

/** Seconds to wait that a 429 or 503 names when its cause knows no better. */
const RETRY_AFTER_SECONDS = 1;

/** Answers what a request threw with the failure envelope. Bugs are logged whole and told as `internal`. */
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
    const status = ERROR_STATUS[body.code];
    if (status === 401) response.setHeader('www-authenticate', 'Bearer realm="messenger"');
    if (status === 429 || status === 503) {
      const seconds = Math.ceil(refusal?.retryAfterSeconds ?? RETRY_AFTER_SECONDS);
      response.setHeader('retry-after', String(Math.max(1, seconds)));
    }
    fail(response, status, body);
  };
}

/** Refuses a method that a known path does not have: 405, which the vocabulary has no word of its own for. */
export function methodNotAllowed(methods: string[]): Step {
  const allow = methods.flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method])).join(', ');
  return (request, response) => {
    response.setHeader('allow', allow);
    fail(response, 405, { code: 'bad_request', message: `${request.method} is not possible here` });
  };
}

function fail(response: ApiResponse, status: number, { code, message }: ErrorBody): void {
  const request_id = response.locals.requestId;
  sendJson(response, status, { success: false, error: { code, message, request_id } });
}

/**
 * Express and its body parser refuse with errors that carry a status of 400 to 499; what they say of the client's input
 * is told, in the words of the vocabulary. Undefined for everything else.
 */
function fromExpress(error: unknown): VestnikError | undefined {
  if (!(error instanceof Error) || !('status' in error) || typeof error.status !== 'number') return undefined;
  if (error.status < 400 || error.status > 499) return undefined;
  const kind = 'type' in error ? error.type : undefined;
  if (kind === 'entity.too.large') return new VestnikError('too_large', 'The body is too large');
  if (kind === 'entity.parse.failed') return new VestnikError('bad_request', 'The body must be a JSON object');
  return new VestnikError('bad_request', error.message);
}
