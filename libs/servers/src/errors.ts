/** A server cannot be started or set up. The message is one line that says to an operator what to do. */
export class ServerError extends Error {
  override name = 'ServerError';
}

/** Returns the message of a thrown value. */
export function messageOf(error: unknown): string {
  if (error instanceof AggregateError && error.message === '') return error.errors.map(messageOf).join('; ');
  return error instanceof Error ? error.message : String(error);
}
