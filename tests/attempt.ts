import { once } from 'node:events';
import { connect } from 'node:net';
import { WebSocket } from 'ws';

/** How an attempt to open a socket ended: open, or the status that refused it with its Retry-After. */
export interface Attempt {
  socket: WebSocket;
  /** 101 when it is open. */
  status: number;
  retryAfter: number | undefined;
  /** Resolves with the first frame, which says that delivery is live; with undefined when the socket closes before. */
  live: Promise<unknown>;
  /** Resolves with how the socket was closed. */
  closed: Promise<{ code: number; reason: string }>;
}

/** Tries to open a WebSocket, from an address of its own if given, and as a browser if wanted: with the subprotocol pair. */
export function attempt(url: string, token?: string, localAddress?: string, asBrowser = false): Promise<Attempt> {
  const from = localAddress === undefined ? {} : { localAddress };
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const socket = asBrowser
    ? new WebSocket(url, ['messenger.v1', `bearer.${token}`], from)
    : new WebSocket(url, { headers, ...from });
  const closed = new Promise<{ code: number; reason: string }>((resolve) =>
    socket.once('close', (code, reason) => resolve({ code, reason: String(reason) })),
  );
  // Looked out for from the beginning: it may come in one packet with the upgrade.
  const live = new Promise((resolve) => {
    socket.once('message', resolve);
    socket.once('close', () => resolve(undefined));
  });
  return new Promise((resolve, reject) => {
    socket.on('open', () => resolve({ socket, status: 101, retryAfter: undefined, live, closed }));
    socket.on('error', reject);
    socket.on('unexpected-response', (_, response) => {
      const header = response.headers['retry-after'];
      resolve({
        socket,
        status: response.statusCode ?? 0,
        retryAfter: header === undefined ? undefined : Number(header),
        live,
        closed,
      });
      response.resume();
      socket.terminate();
    });
  });
}

/** Sends text over a bare TCP connection; resolves with all that came when the server has closed it. */
export async function rawExchange(url: string, text: string, localAddress = '127.0.0.1'): Promise<string> {
  const { hostname, port } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port), localAddress });
  let answer = '';
  socket.on('data', (bytes) => (answer += String(bytes)));
  // A server that closes without having read everything resets the connection.
  socket.on('error', (error) => (answer += error.message));
  if (text !== '') socket.write(text);
  await once(socket, 'close');
  return answer;
}
