import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { SettingError } from '@vestnik/config';
import type { Running } from '@vestnik/lifecycle';
import type { GatewayContext } from '../context.ts';
import type { Readiness } from '../health.ts';
import { createRestApp } from './app.ts';

/**
 * Times and sizes that keep slow or greedy clients from holding the server. Idle connections stay open for longer than
 * the minute after which the usual load balancers give them up, so that they are closed by who might still use them.
 */
const SERVER_OPTIONS = {
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  keepAliveTimeout: 65_000,
  connectionsCheckingInterval: 5_000,
  // A thousand ids of sixteen digits fit into one query.
  maxHeaderSize: 32_768,
};
/** What was accepted may take this long to finish when the server stops, in milliseconds. */
const STOP_DEADLINE_MS = 5_000;
/** How often connections that became idle are closed while the server stops, in milliseconds. */
const IDLE_CHECK_MS = 20;

/**
 * Opens `PORT`. `stop` takes no more connections, finishes the requests under way within 5 s and closes the rest.
 *
 * @throws SettingError when the port cannot be had.
 */
export async function startRestServer(context: GatewayContext, readiness: Readiness): Promise<Running> {
  const { host, port } = context.config;
  const server = createServer(SERVER_OPTIONS, createRestApp(context, readiness));
  server.listen(port, host);
  await once(server, 'listening').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'EADDRINUSE') throw new SettingError(`PORT: ${port} is in use by another process.`);
    if (error.code === 'EACCES') throw new SettingError(`PORT: opening ${port} is not allowed.`);
    throw error;
  });
  return { stop: () => stop(server) };
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
