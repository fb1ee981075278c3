import type { HttpRequest, HttpResponse, TemplatedApp } from '@uwsjs/core';
import type { VestnikError } from '@vestnik/contracts';
import type { Limits } from '../../config.ts';
import type { ClientAddresses } from '../../limits/client-address.ts';
import type { OriginCheck } from '../check-origin.ts';
import { addressOf, refuse, refuseAmbiguous, requireUpgrade } from '../refuse-handshake.ts';
import { IDLE_TIMEOUT_SECONDS, maxBackpressure } from '../transport.ts';
import type { EngineApp } from './engine-internals.ts';

/** The rules by which the door refuses a handshake. */
export interface Guards {
  addresses: ClientAddresses;
  /** Returns why an address may not open a connection now. */
  refusalOf(address: string): VestnikError | undefined;
  originRefusal: OriginCheck;
  /** Counts a refused handshake. */
  countRefusal(error: VestnikError): void;
}

/**
 * Creates the app that Engine.IO sees. By itself Engine.IO lets uWebSockets drop frames that a slow reader does not take,
 * which would leave a gap; here such a reader is cut off. Engine.IO takes every upgrade for one to its WebSocket
 * transport, and ends the process when it is another one; here such a request is refused. Refused handshakes do not reach
 * Engine.IO at all. The stock client repeats them by itself.
 */
export function guardedRoutes(
  app: TemplatedApp,
  limits: Limits,
  { addresses, refusalOf, originRefusal, countRefusal }: Guards,
): EngineApp {
  const transport = {
    idleTimeout: IDLE_TIMEOUT_SECONDS,
    maxBackpressure: maxBackpressure(limits),
    closeOnBackpressureLimit: true,
  };

  /** Returns true when the request was for a new connection, and was refused. */
  function isRefused(response: HttpResponse, request: HttpRequest): boolean {
    if (request.getMethod() !== 'get' || hasSession(request)) return false;
    const refusal = refusalOf(addressOf(addresses, response, request));
    if (!refusal) return false;
    countRefusal(refusal);
    refuse(response, refusal);
    return true;
  }

  const routes: EngineApp = {
    any(pattern, handler) {
      app.any(pattern, (response, request) => {
        if (refuseAmbiguous(response, request)) return undefined;
        if (isForWebSocket(request)) return requireUpgrade(response);
        if (isRefused(response, request)) return undefined;
        return handler(closingUnlessPoll(response, hasSession(request)), request);
      });
      return routes as TemplatedApp;
    },
    ws(pattern, behavior) {
      app.ws(pattern, {
        ...behavior,
        ...transport,
        upgrade(response, request, context) {
          if (refuseAmbiguous(response, request)) return undefined;
          if (!isForWebSocket(request)) {
            response.writeStatus('400 Bad Request').end('', true);
            return undefined;
          }
          const foreign = originRefusal(request);
          if (foreign) {
            countRefusal(foreign);
            return refuse(response, foreign);
          }
          if (isRefused(response, request)) return undefined;
          return behavior.upgrade?.(closingUnlessPoll(response, hasSession(request)), request, context);
        },
      });
      return routes as TemplatedApp;
    },
    publish: (topic, message, isBinary, compress) => app.publish(topic, message, isBinary, compress),
  };
  return routes;
}

function hasSession(request: HttpRequest): boolean {
  return new URLSearchParams(request.getQuery()).has('sid');
}

/**
 * Engine.IO answers 500 to two polls at once and to other methods, which are faults of the client. It also keeps open the
 * connections that it refuses. Such a connection could go on requesting, and never show a token. So the connection closes
 * behind every answer but that to a poll of a known session.
 */
function closingUnlessPoll(response: HttpResponse, isPoll: boolean): HttpResponse {
  const { writeStatus, end } = response;
  let closes = !isPoll;
  response.writeStatus = (given) => {
    const status = String(given).startsWith('500') ? '400 Bad Request' : String(given);
    closes ||= status.startsWith('4');
    return writeStatus.call(response, status);
  };
  response.end = (body, isLast) => end.call(response, body, isLast ?? closes);
  return response;
}

function isForWebSocket(request: HttpRequest): boolean {
  const transports = new URLSearchParams(request.getQuery()).getAll('transport');
  return transports.length === 1 && transports[0] === 'websocket';
}
