import { errors } from '@nats-io/transport-node';
import { type AnyEndpoint, VestnikError } from '@vestnik/contracts';
import type { Logger } from '@vestnik/logging';

/** Logs an error that the server reported to this connection. Ids stay out of the log. */
export function reportError(error: Error, logger: Logger): void {
  if (error instanceof errors.PermissionViolationError) {
    const subject = error.subject.replace(/\.([cu])\d+/g, '.$1…');
    logger.error({ code: 'forbidden', operation: error.operation, subject }, 'bus refused');
  } else if (error instanceof errors.AuthorizationError) {
    logger.error({ code: 'unauthorized' }, 'bus refused this user or password');
  } else {
    logger.warn({ err: error }, 'bus reported an error');
  }
}

/** Returns the refusal of a request that got no answer. */
export function unavailable(endpoint: AnyEndpoint, cause: unknown): VestnikError {
  const why =
    cause instanceof errors.NoRespondersError || (cause instanceof errors.RequestError && cause.isNoResponders())
      ? 'is not running'
      : isRefused(cause)
        ? 'may not be asked by this user of the bus'
        : 'does not answer';
  return new VestnikError('unavailable', `The ${endpoint.service} service ${why}`, { retryAfterSeconds: 1, cause });
}

/** Whether the server refused the request. NATS's client throws the refusal itself, or as the cause of a failed request. */
function isRefused(error: unknown): boolean {
  return (
    error instanceof errors.PermissionViolationError ||
    (error instanceof Error && error.cause instanceof errors.PermissionViolationError)
  );
}
