import type { ServiceMsg } from '@nats-io/services';
import type { Msg } from '@nats-io/transport-node';
import { ERROR_STATUS, type ErrorBody, isErrorCode, VestnikError } from '@vestnik/contracts';

/** Carries the correlation id of a request over the bus and into every log line. */
export const REQUEST_ID_HEADER = 'Vestnik-Request-Id';

/** Until when the caller waits, in milliseconds since 1970 by the caller's clock. */
export const EXPIRES_HEADER = 'Vestnik-Expires';

/** Headers that the NATS services protocol gives to a refusal; tools count errors by them. */
const ERROR_CODE_HEADER = 'Nats-Service-Error-Code';

/** Answers a refusal so that both our callers and `nats micro stats` understand it. */
export function respondError(message: ServiceMsg, error: ErrorBody): void {
  message.respondError(ERROR_STATUS[error.code], error.code, JSON.stringify(error));
}

/**
 * Reads an answer.
 *
 * @throws VestnikError the refusal that the service answered.
 */
export function readReply(reply: Msg): unknown {
  const body: unknown = reply.json();
  if (!reply.headers?.has(ERROR_CODE_HEADER)) return body;
  const { code, message } = body as Partial<ErrorBody>;
  throw new VestnikError(isErrorCode(code) ? code : 'internal', message ?? 'Refused without a reason');
}
