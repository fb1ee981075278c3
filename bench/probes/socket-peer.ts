import uws, { type WebSocket } from '@uwsjs/core';
import { createReadBuffer, openConnection } from '../load/connection.ts';

/** The task of a peer. */
export type SocketTask =
  | { role: 'server'; port: number; publishesPerTurn: number }
  | { role: 'clients'; port: number; sockets: number };

const TOPIC = 'probe';
const FRAME = JSON.stringify({ event: 'new_message', data: { content: 'x'.repeat(250) } });
/** The server waits while a socket has more than this to be read, in bytes. */
const MOST_BUFFERED = 64 * 1024;

/** Publishes to all its sockets as fast as they read, so many frames in each turn of its loop. */
function serve(port: number, publishesPerTurn: number): void {
  const sockets = new Set<WebSocket<object>>();
  let publishing = false;

  const isBehind = () => {
    for (const socket of sockets) if (socket.getBufferedAmount() > MOST_BUFFERED) return true;
    return false;
  };
  const publish = () => {
    if (!publishing) return;
    if (!isBehind()) for (let count = 0; count < publishesPerTurn; count += 1) app.publish(TOPIC, FRAME);
    setImmediate(publish);
  };
  const app = uws.App().ws('/ws', {
    maxBackpressure: 64 * 1024 * 1024,
    open(socket) {
      socket.subscribe(TOPIC);
      sockets.add(socket as WebSocket<object>);
    },
    close: (socket) => void sockets.delete(socket as WebSocket<object>),
  });
  app.listen('127.0.0.1', port, (listening) => void process.send?.({ listening: listening !== false }));
  process.on('message', (order: 'begin' | 'end') => {
    publishing = order === 'begin';
    if (publishing) publish();
  });
}

/** Reads everything and counts frames; tells how many when asked. */
function read({ port, sockets }: { port: number; sockets: number }): void {
  const readBuffer = createReadBuffer();
  let open = 0;
  let received = 0;
  for (let index = 0; index < sockets; index += 1) {
    openConnection({ host: '127.0.0.1', port }, { path: '/ws', headers: {} }, readBuffer, {
      opened() {
        open += 1;
        if (open === sockets) process.send?.({ open });
      },
      frame: () => (received += 1),
      idle: () => undefined,
      refused: (why) => process.stderr.write(`probe: ${why}\n`),
      closed: () => undefined,
    });
  }
  process.on('message', () => process.send?.({ received }));
}

process.once('message', (task: SocketTask) =>
  task.role === 'server' ? serve(task.port, task.publishesPerTurn) : read(task),
);
process.on('disconnect', () => process.exit(0));
