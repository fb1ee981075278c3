import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Metrics } from './metrics.ts';

/** The state of a part: it works, it does not, or what would know does not answer. */
export type PartState = 'ok' | 'down' | 'unknown';

/** The health of a process. */
export interface HealthReport {
  /** All that serving needs works. */
  ready: boolean;
  /** A part does not work. */
  degraded: boolean;
  parts: Record<string, PartState>;
  /** Why parts are down, in a few words, where it is known. */
  causes: Record<string, string>;
}

/** The ops port of a process: `/metrics`, `/health/live` and `/health/ready`. */
export interface OpsServer {
  stop(): Promise<void>;
}

/**
 * Opens the ops port of a process, or none for port 0. `/health/ready` answers 200 while all that serving needs works.
 *
 * @throws Error `EADDRINUSE` and the like when the port cannot be opened.
 */
export async function startOpsServer(options: {
  host: string;
  port: number;
  metrics: Metrics;
  health(): Promise<HealthReport>;
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
  { metrics, health }: { metrics: Metrics; health(): Promise<HealthReport> },
): Promise<void> {
  const path = request.url?.split('?', 1)[0];
  if (request.method !== 'GET') {
    response.writeHead(405, { allow: 'GET' }).end();
  } else if (path === '/metrics') {
    response.setHeader('content-type', metrics.registry.contentType);
    response.end(await metrics.registry.metrics());
  } else if (path === '/health/live') {
    response.end('ok');
  } else if (path === '/health/ready') {
    const report = await health();
    response.writeHead(report.ready ? 200 : 503, { 'content-type': 'application/json' }).end(JSON.stringify(report));
  } else {
    response.writeHead(404).end();
  }
}
