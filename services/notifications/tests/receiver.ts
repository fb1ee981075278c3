import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';

/** One request as the receiver got it. */
export interface Received {
  path: string;
  /** Milliseconds since the epoch. */
  at: number;
  method: string;
  headers: IncomingMessage['headers'];
  /** The body as it came, to be verified. */
  raw: string;
}

/** How the receiver answers a path, in place of 204. */
export type Answer = (response: ServerResponse, attempt: number) => void;

/** A webhook receiver in the field: it listens on loopback and keeps what it gets. */
export interface Receiver {
  port: number;
  url(path: string): string;
  received: Received[];
  /** The requests to one path, oldest first. */
  at(path: string): Received[];
  /** From now on a path is answered so; `attempt` counts from 1. */
  answer(path: string, answer: Answer): void;
  stop(): Promise<void>;
}

/** Starts a receiver. */
export async function startReceiver(): Promise<Receiver> {
  const received: Received[] = [];
  const answers = new Map<string, Answer>();
  const at = (path: string) => received.filter((request) => request.path === path);
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const path = request.url ?? '';
      const raw = Buffer.concat(chunks).toString();
      received.push({ path, at: Date.now(), method: request.method ?? '', headers: request.headers, raw });
      const answer = answers.get(path);
      if (answer) answer(response, at(path).length);
      else response.writeHead(204).end();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    port,
    url: (path) => `http://127.0.0.1:${port}${path}`,
    received,
    at,
    answer: (path, answer) => void answers.set(path, answer),
    async stop() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

/** Checks a request as a receiver in the field does and returns its body; throws when it is forged. */
export function verify(secret: string | undefined, { raw, headers }: Received): unknown {
  if (secret === undefined) throw new Error('the device has no secret');
  return new Webhook(secret).verify(raw, headers as Record<string, string>);
}

/** Answers with a status and nothing else. */
export function status(code: number, headers: Record<string, string> = {}): Answer {
  return (response) => response.writeHead(code, headers).end();
}
