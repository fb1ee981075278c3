import type { HttpRequest, HttpResponse, TemplatedApp } from '@uwsjs/core';
import type { VestnikError } from '@vestnik/contracts';
import type { Limits } from '../../config.ts';
import { addressOf, refuse } from '../refuse-handshake.ts';
import { IDLE_TIMEOUT_SECONDS, maxBackpressure } from '../transport.ts';
import type { EngineApp } from './engine-internals.ts';

/**
 * The app as Engine.IO gets to see it. By itself Engine.IO lets uWebSockets drop what a slow reader does not take, which
 * would leave a hole; here such a reader is cut off. And it takes any request to upgrade for one to its WebSocket
 * transport, and ends the process when it is not. Whom `refusalOf` an address refuses does not come to it at all.
 */
export function guardedRoutes(
  app: TemplatedApp,
  limits: Limits,
  refusalOf: (address: string) => VestnikError | undefined,
): EngineApp {
  const transport = {
    idleTimeout: IDLE_TIMEOUT_SECONDS,
    maxBackpressure: maxBackpressure(limits),
    closeOnBackpressureLimit: true,
  };

  /** True when the request was for a connection of its own, and was refused. */
  function isRefused(response: HttpResponse, request: HttpRequest): boolean {
    if (request.getMethod() !== 'get' || new URLSearchParams(request.getQuery()).has('sid')) return false;
    const refusal = refusalOf(addressOf(response));
    if (refusal) refuse(response, refusal);
    return refusal !== undefined;
  }

  const routes: EngineApp = {
    any(pattern, handler) {
      app.any(pattern, (response, request) => {
        if (isRefused(response, request)) return undefined;
        return handler(refusingFirmly(response), request);
      });
      return routes as TemplatedApp;
    },
    ws(pattern, behavior) {
      app.ws(pattern, {
        ...behavior,
        ...transport,
        upgrade(response, request, context) {
          if (!isForWebSocket(request)) {
            response.writeStatus('400 Bad Request').end('', true);
            return undefined;
          }
          if (isRefused(response, request)) return undefined;
          return behavior.upgrade?.(refusingFirmly(response), request, context);
        },
      });
      return routes as TemplatedApp;
    },
    publish: (topic, message, isBinary, compress) => app.publish(topic, message, isBinary, compress),
  };
  return routes;
}

/**
 * Engine.IO answers 500 to two polls at once and to other methods, which are faults of the client. And it keeps open what it
 * refuses: such a connection could go on asking, and never show a token.
 */
function refusingFirmly(response: HttpResponse): HttpResponse {
  const { writeStatus, end } = response;
  let isRefused = false;
  response.writeStatus = (given) => {
    const status = String(given).startsWith('500') ? '400 Bad Request' : String(given);
    isRefused = status.startsWith('4');
    return writeStatus.call(response, status);
  };
  response.end = (body, closes) => end.call(response, body, closes ?? isRefused);
  return response;
}

function isForWebSocket(request: HttpRequest): boolean {
  const transports = new URLSearchParams(request.getQuery()).getAll('transport');
  return transports.length === 1 && transports[0] === 'websocket';
}
