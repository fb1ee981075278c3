/** A server that cannot be started or set up; the message is one line for an operator and says what to do. */
export class ServerError extends Error {
  override name = 'ServerError';
}

/** The message of whatever was thrown. */
export function messageOf(error: unknown): string {
  if (error instanceof AggregateError && error.message === '') return error.errors.map(messageOf).join('; ');
  return error instanceof Error ? error.message : String(error);
}
