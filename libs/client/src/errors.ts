import type { ErrorCode, RefusalReason } from './protocol/model.ts';

/** The codes after which the same call may succeed later. */
const RETRYABLE: ReadonlySet<ErrorCode> = new Set(['rate_limited', 'unavailable', 'internal']);

/** Everything that a server told about an error, besides its message. */
export interface ErrorDetails {
  reason?: RefusalReason | undefined;
  retryAfterSeconds?: number | undefined;
  requestId?: string | undefined;
  cause?: unknown;
}

/**
 * The one error of this library: a refusal by the server, or `unavailable` when no answer came. After `unavailable` the server may
 * have done the work: repeat a message with its `clientMessageId`, and everything else as it is.
 */
export class VestnikError extends Error {
  override readonly name = 'VestnikError';
  readonly code: ErrorCode;
  /** Of a `forbidden` by the rules between people and companies. */
  readonly reason: RefusalReason | undefined;
  /** Whether the same call may succeed later. */
  readonly retryable: boolean;
  /** Seconds after which the server takes the call again, where it said so. */
  readonly retryAfterSeconds: number | undefined;
  /** Names the request in the logs of the server; name it when you report a fault. */
  readonly requestId: string | undefined;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.reason = details.reason;
    this.retryable = RETRYABLE.has(code);
    this.retryAfterSeconds = details.retryAfterSeconds;
    this.requestId = details.requestId;
  }
}
