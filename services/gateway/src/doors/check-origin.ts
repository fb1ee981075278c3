import type { HttpRequest } from '@uwsjs/core';
import { VestnikError } from '@vestnik/contracts';

/** Returns the refusal of a WebSocket from a page that may not open it; undefined for all others. */
export type OriginCheck = (request: HttpRequest) => VestnikError | undefined;

/**
 * Creates the check of `Origin` for WebSockets, to which CORS does not apply. Given origins may open them, and pages that this gateway
 * serves itself on `port`. Clients that are no browsers send no origin. Without any given origin every page may.
 */
export function createOriginCheck(origins: readonly string[], port: number): OriginCheck {
  const allowed = new Set(origins);
  return (request) => {
    const origin = request.getHeader('origin');
    if (allowed.size === 0 || origin === '' || allowed.has(origin)) return undefined;
    if (isOwnPage(origin, request.getHeader('host'), port)) return undefined;
    return new VestnikError('forbidden', 'This origin may not open sockets');
  };
}

function isOwnPage(origin: string, host: string, port: number): boolean {
  const server = `http://${host}`;
  if (!URL.canParse(origin) || !URL.canParse(server)) return false;
  const page = new URL(origin);
  return page.port === String(port) && page.hostname === new URL(server).hostname;
}
