import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, test } from '@jest/globals';
import { freePort } from '@vestnik/servers';
import { Server, type Socket } from 'socket.io';
import { io } from 'socket.io-client';
import { backlogOf, connectionOf } from '../src/doors/socket-io/engine-internals.ts';
import { createSocketServer } from '../src/doors/socket-server.ts';

/**
 * The private parts of Engine.IO that the door uses (docs/adr/0005-libraries.md). If a version renames them, a client that
 * does not read counts as one that does, or gets nothing of its topics.
 */
let end: () => Promise<void>;
afterEach(() => end());

async function connect(transport: 'polling' | 'websocket'): Promise<Socket> {
  const port = await freePort();
  const server = createSocketServer();
  const engine = new Server({ serveClient: false });
  engine.attachApp(server.app);
  await server.listen('127.0.0.1', port);
  const client = io(`http://127.0.0.1:${port}`, { transports: [transport], reconnection: false, forceNew: true });
  const left = new Promise((resolve) => client.once('disconnect', resolve));
  end = async () => {
    await engine.close();
    await left;
    server.close();
  };
  const [socket] = (await once(engine, 'connection')) as [Socket];
  return socket;
}

test('a WebSocket of Engine.IO has the socket of uWebSockets, which hears topics and says what waits', async () => {
  const connection = connectionOf(await connect('websocket'));
  expect(connection).toMatchObject({
    readyState: 'open',
    remoteAddress: expect.any(String),
    writeBuffer: expect.any(Array),
  });
  const { socket } = connection.transport;
  socket?.subscribe('topic');
  expect(socket?.isSubscribed('topic')).toBe(true);
  expect(socket?.getBufferedAmount()).toBe(0);
  expect(backlogOf(connection)).toBe(0);
  connection.close(true);
  expect(connection.readyState).not.toBe('open');
});

test('of a connection that polls, what waits for the next poll is in its buffer, as text', async () => {
  const connection = connectionOf(await connect('polling'));
  expect(connection.transport.socket).toBeUndefined();
  // Of two packets of one turn the second at least waits behind the first.
  for (const text of ['first', 'second', 'third']) connection.write(`2["text","${text}"]`);
  const waiting = connection.writeBuffer.map(({ data }) => data);
  expect(waiting).toContain('2["text","third"]');
  expect(backlogOf(connection)).toBe(waiting.join('').length);
});

test('uWebSockets takes headers of the size that it was loaded with', async () => {
  // Jest hides the environment from native code, so the server runs in a process of its own.
  const port = await freePort();
  const script = `
    const { createSocketServer } = await import('./services/gateway/src/doors/socket-server.ts');
    const server = createSocketServer();
    server.app.get('/headers', (response, request) => void response.end(String(request.getHeader('cookie').length)));
    await server.listen('127.0.0.1', ${port});
    process.send('listening');
  `;
  const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..');
  const child = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', '--input-type=module', '-e', script],
    {
      cwd: root,
      env: { PATH: process.env['PATH'], NODE_OPTIONS: '' },
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    },
  );
  end = async () => void child.kill('SIGKILL');
  await once(child, 'message');
  const ask = (size: number) => fetch(`http://127.0.0.1:${port}/headers`, { headers: { cookie: 'c'.repeat(size) } });
  for (const size of [4_000, 16_384, 30_000]) expect(await (await ask(size)).text()).toBe(String(size));
  expect((await ask(40_000)).status).toBe(431);
});
