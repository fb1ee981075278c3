import type { HttpRequest, TemplatedApp } from '@uwsjs/core';
import { IDLE_TIMEOUT_SECONDS, MAX_BACKPRESSURE } from '../socket/transport.ts';

/** What Socket.IO uses of an app. */
type Routes = Pick<TemplatedApp, 'any' | 'ws' | 'publish'>;

/**
 * The app as Engine.IO gets to see it. By itself Engine.IO lets uWebSockets drop what a slow reader does not take, which
 * would leave a hole; here such a reader is cut off. And it takes any request to upgrade for one to its WebSocket
 * transport, and ends the process when it is not.
 */
export function guardedRoutes(app: TemplatedApp): Routes {
  const limits = {
    idleTimeout: IDLE_TIMEOUT_SECONDS,
    maxBackpressure: MAX_BACKPRESSURE,
    closeOnBackpressureLimit: true,
  };
  const routes: Routes = {
    any(pattern, handler) {
      app.any(pattern, handler);
      return routes as TemplatedApp;
    },
    ws(pattern, behavior) {
      app.ws(pattern, {
        ...behavior,
        ...limits,
        upgrade(response, request, context) {
          if (isForWebSocket(request)) return behavior.upgrade?.(response, request, context);
          response.writeStatus('400 Bad Request').end();
          return undefined;
        },
      });
      return routes as TemplatedApp;
    },
    publish: (topic, message, isBinary, compress) => app.publish(topic, message, isBinary, compress),
  };
  return routes;
}

function isForWebSocket(request: HttpRequest): boolean {
  const transports = new URLSearchParams(request.getQuery()).getAll('transport');
  return transports.length === 1 && transports[0] === 'websocket';
}
