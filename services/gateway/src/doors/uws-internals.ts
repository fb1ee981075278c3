import { createRequire } from 'node:module';
import type { TemplatedApp, us_listen_socket } from '@uwsjs/core';
import { MAX_HEADER_BYTES } from './transport.ts';

// Everything that the gateway uses of uWebSockets beyond its types. docs/adr/0005-libraries.md says what to look at when
// uWebSockets changes, and which change of it would end this file.

/** Takes no port that another process has: otherwise the system would split the connections between the two. */
const EXCLUSIVE_PORT = 1;

/** uWebSockets reads this when it is loaded, and takes 4 KiB without it. */
process.env['UWS_HTTP_MAX_HEADERS_SIZE'] ??= String(MAX_HEADER_BYTES);
const uws = createRequire(import.meta.url)('@uwsjs/core') as typeof import('@uwsjs/core');

/** The form of `listen` with host and options is there, and missing in the package's types. */
type ListeningApp = TemplatedApp & {
  listen(host: string, port: number, options: number, opened: (token: us_listen_socket | false) => void): TemplatedApp;
};

/** Creates an app of uWebSockets. */
export function createApp(): TemplatedApp {
  return uws.App();
}

/** Opens a port for an app. Resolves with undefined when the port cannot be opened. */
export function listen(app: TemplatedApp, host: string, port: number): Promise<us_listen_socket | undefined> {
  return new Promise((resolve) => {
    (app as ListeningApp).listen(host, port, EXCLUSIVE_PORT, (token) => resolve(token || undefined));
  });
}

/** Closes a port. Open connections stay. */
export function closeListener(token: us_listen_socket): void {
  uws.us_listen_socket_close(token);
}
