import { STATUS_CODES } from 'node:http';
import type { HttpRequest, HttpResponse } from '@uwsjs/core';
import { ERROR_STATUS, type ErrorBody, toErrorBody, VestnikError } from '@vestnik/contracts';
import type { ClientAddresses } from '../limits/client-address.ts';
import { AUTHENTICATE } from './bearer-token.ts';

/** Returns the address of the client, by which unauthenticated connections and refused tokens are counted. */
export function addressOf(addresses: ClientAddresses, response: HttpResponse, request: HttpRequest): string {
  const peer = Buffer.from(response.getRemoteAddressAsText()).toString();
  return addresses.of(peer, request.getHeader('x-forwarded-for') || undefined);
}

/**
 * Refuses a handshake with the status of an error, with `Retry-After` where the error names a time. Closes the connection:
 * an open one could go on requesting, and never show a token.
 */
export function refuse(response: HttpResponse, error: unknown): void {
  const body = toErrorBody(error);
  const status = ERROR_STATUS[body.code];
  const seconds = error instanceof VestnikError ? error.retryAfterSeconds : undefined;
  answer(response, status, body, {
    ...(seconds !== undefined && { 'retry-after': String(Math.ceil(seconds)) }),
    ...(status === 401 && { 'www-authenticate': AUTHENTICATE }),
  });
}

/** Refuses a request for a WebSocket that is no upgrade, or one to another version (RFC 6455, 4.4). */
export function requireUpgrade(response: HttpResponse): void {
  answer(
    response,
    426,
    { code: 'bad_request', message: 'Upgrade to a WebSocket' },
    { upgrade: 'websocket', connection: 'Upgrade', 'sec-websocket-version': '13' },
  );
}

/** The headers that say where a request ends and for which host it is. A request has each of them once at most. */
const ONCE = new Set(['content-length', 'transfer-encoding', 'host']);

/**
 * Refuses a request with two lengths, two hosts or an unknown transfer encoding. A proxy could read it differently.
 * uWebSockets takes the first of two headers and reads on. Returns true when the request was refused.
 */
export function refuseAmbiguous(response: HttpResponse, request: HttpRequest): boolean {
  const seen = new Set<string>();
  let isAmbiguous = false;
  request.forEach((name, value) => {
    if (!ONCE.has(name)) return;
    if (seen.has(name) || (name === 'transfer-encoding' && value.trim().toLowerCase() !== 'chunked'))
      isAmbiguous = true;
    seen.add(name);
  });
  if (isAmbiguous) answer(response, 400, { code: 'bad_request', message: 'The headers are ambiguous' }, {});
  return isAmbiguous;
}

/** Refuses a method that a path does not have. */
export function refuseMethod(response: HttpResponse, allow: string): void {
  answer(response, 405, { code: 'bad_request', message: 'This method is not possible here' }, { allow });
}

function answer(response: HttpResponse, status: number, body: ErrorBody, headers: Record<string, string>): void {
  response.writeStatus(`${status} ${STATUS_CODES[status]}`);
  response.writeHeader('content-type', 'application/json');
  for (const [name, value] of Object.entries(headers)) response.writeHeader(name, value);
  response.end(JSON.stringify({ success: false, error: { code: body.code, message: body.message } }), true);
}
