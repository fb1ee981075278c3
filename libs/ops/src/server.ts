import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Metrics } from './metrics.ts';

/** The parts that a process needs, and whether each works. */
export type Health = Record<string, 'ok' | 'down'>;

/** The ops port of a process: `/metrics`, `/health/live` and `/health/ready`. */
export interface OpsServer {
  stop(): Promise<void>;
}

/**
 * Opens the ops port of a process, or none for port 0. `/health/ready` answers 200 only while every part works.
 *
 * @throws Error `EADDRINUSE` and the like when the port cannot be opened.
 */
export async function startOpsServer(options: {
  host: string;
  port: number;
  metrics: Metrics;
  health(): Promise<Health>;
}): Promise<OpsServer> {
  if (options.port === 0) return { stop: async () => {} };
  const server = createServer((request, response) => {
    respond(request, response, options).catch(() => response.writeHead(500).end());
  });
  server.listen(options.port, options.host);
  await once(server, 'listening');
  return {
    async stop() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

async function respond(
  request: IncomingMessage,
  response: ServerResponse,
  { metrics, health }: { metrics: Metrics; health(): Promise<Health> },
): Promise<void> {
  if (request.method !== 'GET') {
    response.writeHead(405, { allow: 'GET' }).end();
  } else if (request.url === '/metrics') {
    response.setHeader('content-type', metrics.registry.contentType);
    response.end(await metrics.registry.metrics());
  } else if (request.url === '/health/live') {
    response.end('ok');
  } else if (request.url === '/health/ready') {
    const parts = await health();
    const ready = Object.values(parts).every((part) => part === 'ok');
    response.writeHead(ready ? 200 : 503, { 'content-type': 'application/json' }).end(JSON.stringify({ ready, parts }));
  } else {
    response.writeHead(404).end();
  }
}
