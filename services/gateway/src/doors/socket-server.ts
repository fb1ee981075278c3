import type { TemplatedApp, us_listen_socket } from '@uwsjs/core';
import { SettingError } from '@vestnik/config';
import type { Publisher } from '../rooms/subscriber.ts';
import { refuseAmbiguous } from './refuse-handshake.ts';
import { closeListener, createApp, listen } from './uws-internals.ts';

/** The uWebSockets app that all socket doors share. */
export interface SocketServer extends Publisher {
  readonly app: TemplatedApp;
  /**
   * Opens `WS_PORT`.
   *
   * @throws SettingError when the port cannot be opened.
   */
  listen(host: string, port: number): Promise<void>;
  /** Takes no more connections. Open ones stay. */
  stopListening(): void;
  /** Cuts all open connections. */
  close(): void;
}

/** The failure envelope of REST. */
const NOTHING_HERE = JSON.stringify({ success: false, error: { code: 'not_found', message: 'There is nothing here' } });

/** Creates the socket server. Doors open on its app before it listens. */
export function createSocketServer(): SocketServer {
  const app = createApp();
  let listening: us_listen_socket | undefined;
  // An open connection could go on requesting unknown paths, and never show a token.
  app.any('/*', (response, request) => {
    if (!refuseAmbiguous(response, request)) response.writeStatus('404 Not Found').end(NOTHING_HERE, true);
  });
  return {
    app,
    publish: (topic, frame) => void app.publish(topic, frame),
    async listen(host, port) {
      listening = await listen(app, host, port);
      if (!listening) throw new SettingError(`WS_PORT: ${port} cannot be opened; another process may have it.`);
    },
    stopListening() {
      if (listening) closeListener(listening);
      listening = undefined;
    },
    close: () => void app.close(),
  };
}
