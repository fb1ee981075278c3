/** Every error code that a client or a service may meet, with the HTTP status that REST answers with. */
export const ERROR_STATUS = {
  bad_request: 400,
  unauthorized: 401,
  forbidden: 403,
  not_found: 404,
  conflict: 409,
  too_large: 413,
  invalid: 422,
  rate_limited: 429,
  internal: 500,
  unavailable: 503,
} as const;

/** One word of the error vocabulary that all doors and all services share. */
export type ErrorCode = keyof typeof ERROR_STATUS;

/** Why the rules between people and companies refuse something, as `reason` of a `forbidden`. */
export const REFUSAL_REASONS = ['blocked', 'needs_contract', 'severed', 'policy', 'pending', 'quota'] as const;

/**
 * Why the rules between people and companies refuse something.
 *
 * - `blocked`: A block stands between the two people or their companies.
 * - `needs_contract`: The companies have no contract in force.
 * - `severed`: One of the companies has ended the contract.
 * - `policy`: A policy of a company, or the terms of the contract, do not allow it.
 * - `pending`: The other person has not accepted, or has declined.
 * - `quota`: A quota is used up.
 */
export type RefusalReason = (typeof REFUSAL_REASONS)[number];

/** An error as it travels: in a socket reply, a REST failure, a bus reply. */
export interface ErrorBody {
  code: ErrorCode;
  message: string;
  reason?: RefusalReason;
}

/**
 * A refusal with a code of the vocabulary. Any other thrown value is a bug. It leaves the process as `internal`, without its
 * message.
 */
export class VestnikError extends Error {
  override readonly name = 'VestnikError';
  readonly code: ErrorCode;
  /** Seconds after which trying again makes sense (`rate_limited`, `unavailable`). */
  readonly retryAfterSeconds: number | undefined;
  /** Of a `forbidden` by the rules between people and companies. */
  readonly reason: RefusalReason | undefined;

  constructor(
    code: ErrorCode,
    message: string,
    options: { retryAfterSeconds?: number; reason?: RefusalReason | undefined; cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.retryAfterSeconds = options.retryAfterSeconds;
    this.reason = options.reason;
  }
}

/** True when `value` is a word of the error vocabulary. */
export function isErrorCode(value: unknown): value is ErrorCode {
  return typeof value === 'string' && Object.hasOwn(ERROR_STATUS, value);
}

/** True when `value` is a reason of the vocabulary. */
export function isRefusalReason(value: unknown): value is RefusalReason {
  return REFUSAL_REASONS.some((reason) => reason === value);
}

/** Returns the part of a thrown value that clients may see: a VestnikError as it is, any other value as `internal`. */
export function toErrorBody(error: unknown): ErrorBody {
  if (error instanceof VestnikError) {
    const { code, message, reason } = error;
    return reason === undefined ? { code, message } : { code, message, reason };
  }
  return { code: 'internal', message: 'Something went wrong on our side' };
}
