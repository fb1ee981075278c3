import uws, { type TemplatedApp, type us_listen_socket } from '@uwsjs/core';
import { SettingError } from '@vestnik/config';
import type { Publisher } from '../rooms/subscriber.ts';

/** The uWebSockets app that all socket doors share. */
export interface SocketServer extends Publisher {
  readonly app: TemplatedApp;
  /**
   * Opens `WS_PORT`.
   *
   * @throws SettingError when the port cannot be had.
   */
  listen(host: string, port: number): Promise<void>;
  /** Takes no more connections; those that are open stay. */
  stopListening(): void;
  /** Cuts what is still open. */
  close(): void;
}

/** Otherwise the system would share a port that another process has, and split the connections between the two. */
const EXCLUSIVE_PORT = 1;

/** As REST says it. */
const NOTHING_HERE = JSON.stringify({ success: false, error: { code: 'not_found', message: 'There is nothing here' } });

/** The form of `listen` with host and options is there, but missing in the package's types. */
type ListeningApp = TemplatedApp & {
  listen(host: string, port: number, options: number, opened: (token: us_listen_socket | false) => void): TemplatedApp;
};

/** Creates the socket server; doors are opened on its app before it listens. */
export function createSocketServer(): SocketServer {
  const app = uws.App();
  let listening: us_listen_socket | undefined;
  // Kept open, a connection could go on asking for what is not there, and never show a token.
  app.any('/*', (response) => void response.writeStatus('404 Not Found').end(NOTHING_HERE, true));
  return {
    app,
    publish: (topic, frame) => void app.publish(topic, frame),
    listen: (host, port) =>
      new Promise((resolve, reject) => {
        (app as ListeningApp).listen(host, port, EXCLUSIVE_PORT, (token) => {
          if (!token) {
            reject(new SettingError(`WS_PORT: ${port} cannot be opened; another process may have it.`));
            return;
          }
          listening = token;
          resolve();
        });
      }),
    stopListening() {
      if (listening) uws.us_listen_socket_close(listening);
      listening = undefined;
    },
    close: () => void app.close(),
  };
}
