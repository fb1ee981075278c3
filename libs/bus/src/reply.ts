import type { ServiceMsg } from '@nats-io/services';
import type { Msg } from '@nats-io/transport-node';
import {
  type AnyEndpoint,
  ERROR_STATUS,
  type ErrorBody,
  isErrorCode,
  isRefusalReason,
  VestnikError,
} from '@vestnik/contracts';

/** Carries the correlation id of a request over the bus and into every log line. */
export const REQUEST_ID_HEADER = 'Vestnik-Request-Id';

/** The time until which the caller waits, in milliseconds since 1970 by the caller's clock. */
export const EXPIRES_HEADER = 'Vestnik-Expires';

/** The header that the NATS services protocol gives to a refusal. Tools count errors by it. */
const ERROR_CODE_HEADER = 'Nats-Service-Error-Code';

const LINE_FEED = 10;

/** A refusal as it crosses the bus. */
interface RefusalBody extends ErrorBody {
  retry_after_seconds?: number | undefined;
}

/** Answers a refusal in a form that both our callers and `nats micro stats` understand. */
export function respondError(message: ServiceMsg, error: RefusalBody): void {
  message.respondError(ERROR_STATUS[error.code], error.code, JSON.stringify(error));
}

/** Encodes a result in the form that its endpoint names. */
export function encodeReply(endpoint: AnyEndpoint, output: unknown): string {
  return endpoint.encoding === 'lines' ? (output as string[]).join('\n') : JSON.stringify(output);
}

/**
 * Reads an answer.
 *
 * @throws VestnikError the refusal that the service answered.
 */
export function readReply(reply: Msg): unknown {
  assertResult(reply);
  return reply.json();
}

/**
 * Reads an answer in lines, each a view of the payload.
 *
 * @throws VestnikError the refusal that the service answered.
 */
export function readLines(reply: Msg): Buffer[] {
  assertResult(reply);
  const { buffer, byteOffset, byteLength } = reply.data;
  const payload = Buffer.from(buffer, byteOffset, byteLength);
  const lines: Buffer[] = [];
  let start = 0;
  for (let end = payload.indexOf(LINE_FEED); end >= 0; end = payload.indexOf(LINE_FEED, start)) {
    lines.push(payload.subarray(start, end));
    start = end + 1;
  }
  lines.push(payload.subarray(start));
  return lines;
}

/** Whether an answer is a result, and no refusal. */
export function isResult(reply: Msg): boolean {
  return reply.headers?.has(ERROR_CODE_HEADER) !== true;
}

function assertResult(reply: Msg): void {
  if (isResult(reply)) return;
  const { code, message, reason, retry_after_seconds: seconds } = reply.json<Partial<RefusalBody>>();
  throw new VestnikError(isErrorCode(code) ? code : 'internal', message ?? 'Refused without a reason', {
    reason: isRefusalReason(reason) ? reason : undefined,
    ...(typeof seconds === 'number' && { retryAfterSeconds: seconds }),
  });
}
