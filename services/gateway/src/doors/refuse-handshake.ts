import { STATUS_CODES } from 'node:http';
import type { HttpResponse } from '@uwsjs/core';
import { ERROR_STATUS, toErrorBody, VestnikError } from '@vestnik/contracts';

/** Returns the address that a handshake comes from, by which unauthenticated connections and refused tokens are counted. */
export function addressOf(response: HttpResponse): string {
  return Buffer.from(response.getRemoteAddressAsText()).toString();
}

/**
 * Refuses a handshake by whatever was thrown, with `Retry-After` where it names a time, and closes the connection: else it
 * could go on asking, and never show a token.
 */
export function refuse(response: HttpResponse, error: unknown): void {
  const { code, message } = toErrorBody(error);
  const status = ERROR_STATUS[code];
  response.writeStatus(`${status} ${STATUS_CODES[status]}`);
  response.writeHeader('content-type', 'application/json');
  const seconds = error instanceof VestnikError ? error.retryAfterSeconds : undefined;
  if (seconds !== undefined) response.writeHeader('retry-after', String(Math.ceil(seconds)));
  response.end(JSON.stringify({ success: false, error: { code, message } }), true);
}
