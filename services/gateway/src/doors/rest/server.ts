import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { Socket } from 'node:net';
import { SettingError } from '@vestnik/config';
import type { Running } from '@vestnik/lifecycle';
import type { Limits } from '../../config.ts';
import type { Context } from '../../context.ts';
import type { Readiness } from '../../upstream/readiness.ts';
import { MAX_HEADER_BYTES } from '../transport.ts';
import { createRestApp } from './app.ts';
import { createFirstLook } from './first-look.ts';

/**
 * Options that protect the server from slow and greedy clients, beside the limits. Idle connections stay open for longer than
 * a minute. The usual load balancers give them up after a minute, so that the balancer closes them, and not the server
 * while the balancer sends the next request.
 */
const SERVER_OPTIONS = {
  keepAliveTimeout: 65_000,
  connectionsCheckingInterval: 1_000,
  maxHeaderSize: MAX_HEADER_BYTES,
};
/** How long accepted requests may take to finish when the server stops, in milliseconds. */
const STOP_DEADLINE_MS = 5_000;
/** How often connections that became idle are closed while the server stops, in milliseconds. */
const IDLE_CHECK_MS = 20;

/**
 * Opens `PORT`. `stop` takes no more connections, finishes the requests under way within 5 s and closes the rest.
 *
 * @throws SettingError when the port cannot be opened.
 */
export async function startRestServer(context: Context, readiness: Readiness): Promise<Running> {
  const { host, port } = context.config;
  const firstLook = createFirstLook(context);
  const app = createRestApp(context, firstLook, readiness);
  const options = { ...SERVER_OPTIONS, ...timeouts(context.config.limits) };
  const server = createServer(options, (request, response) => {
    firstLook.look(request, response, () => app(request, response));
  });
  server.on('connection', (socket) => countConnection(context, socket));
  server.listen(port, host);
  await once(server, 'listening').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'EADDRINUSE') throw new SettingError(`PORT: ${port} is in use by another process.`);
    if (error.code === 'EACCES') throw new SettingError(`PORT: opening ${port} is not allowed.`);
    throw error;
  });
  return { stop: () => stop(server) };
}

/** Node takes 0 for no limit, and headers may not take longer than the whole. */
function timeouts({ headersSeconds, requestSeconds }: Limits): {
  headersTimeout: number;
  requestTimeout: number;
} {
  const milliseconds = (seconds: number) => (seconds === Number.POSITIVE_INFINITY ? 0 : seconds * 1_000);
  return {
    headersTimeout: milliseconds(Math.min(headersSeconds, requestSeconds)),
    requestTimeout: milliseconds(requestSeconds),
  };
}

/** Counts a connection until it has shown a good token. */
function countConnection({ unauthenticated, clientAddresses }: Context, socket: Socket): void {
  const peer = socket.remoteAddress ?? '';
  // A trusted proxy names its client only in the headers of a request.
  const address = clientAddresses.isProxy(peer) ? undefined : clientAddresses.of(peer, undefined);
  unauthenticated.add(socket, address, () => socket.destroy());
  socket.once('close', () => unauthenticated.remove(socket));
}

async function stop(server: Server): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  const idle = setInterval(() => server.closeIdleConnections(), IDLE_CHECK_MS);
  const deadline = setTimeout(() => server.closeAllConnections(), STOP_DEADLINE_MS);
  await closed;
  clearInterval(idle);
  clearTimeout(deadline);
}
