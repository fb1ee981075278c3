import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { freePort } from '@vestnik/servers';
import { WebSocket } from 'ws';
import { createTickEnd, NativeSession } from '../src/doors/native/native-session.ts';
import { createSocketServer, type SocketServer } from '../src/doors/socket-server.ts';
import { createTopicActivity } from '../src/rooms/topic-activity.ts';

let server: SocketServer;
let port: number;
const reasons: string[] = [];
const topicActivity = createTopicActivity();
beforeAll(async () => {
  server = createSocketServer();
  port = await freePort();
  const shared = {
    publisher: server,
    topicActivity,
    tickEnd: createTickEnd(),
    counts: { closed: (reason: string) => reasons.push(reason) },
  };
  const identity = { userId: 7, companyId: 1, companyRole: undefined, expiresAt: 0, issuedAt: 0, fingerprints: [] };
  let session: NativeSession;
  server.app.ws('/leaving', {
    open(socket) {
      session = new NativeSession(socket, identity, shared);
      for (const frame of ['first', 'second']) session.sendSoon(frame);
      session.close('restart');
    },
    close: () => session.ended(true),
  });
  await server.listen('127.0.0.1', port);
});
afterAll(() => {
  topicActivity.stop();
  server.close();
});

test('what was to be sent at the end of the turn arrives before the close', async () => {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/leaving`);
  const received: string[] = [];
  socket.on('message', (frame) => received.push(frame.toString()));
  expect(await new Promise((resolve) => socket.on('close', resolve))).toBe(1012);
  expect(received).toEqual(['first', 'second']);
  expect(reasons).toEqual(['restart']);
});
