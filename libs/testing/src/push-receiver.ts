import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One request that a push receiver got. */
export interface ReceivedPush {
  /** Names the device. */
  path: string;
  /** The same for every attempt of one push. */
  webhookId: string;
  messageId: number;
  /** When it came, in milliseconds of `performance.now`. */
  at: number;
}

/** A webhook in the field that accepts everything. */
export interface PushReceiver {
  readonly received: readonly ReceivedPush[];
  url(path: string): string;
  stop(): Promise<void>;
}

/** Starts a push receiver on loopback. */
export async function startPushReceiver(): Promise<PushReceiver> {
  const received: ReceivedPush[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = JSON.parse(Buffer.concat(chunks).toString()) as { data: { messageId: number } };
      received.push({
        path: request.url ?? '',
        webhookId: String(request.headers['webhook-id']),
        messageId: body.data.messageId,
        at: performance.now(),
      });
      response.writeHead(204).end();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    received,
    url: (path) => `http://127.0.0.1:${port}${path}`,
    async stop() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
