import { afterAll, beforeAll, expect, test } from '@jest/globals';
import uws, { type us_listen_socket } from '@uwsjs/core';
import { until } from '@vestnik/testing';
import fc from 'fast-check';
import { createTickEnd, NativeSession } from '../src/doors/native/native-session.ts';
import { RoomSubscribers } from '../src/rooms/room-subscribers.ts';
import { addSession, type ConnectedUser, type UserRoom } from '../src/users/connected-user.ts';
import { createConnectedUser } from './local-user.ts';

const USERS = 4;
const SOCKETS_EACH = 2;

/** A socket of a user, and the texts that its client got. */
interface Device {
  session: NativeSession;
  client: WebSocket;
  got: string[];
}

const app = uws.App();
const publisher = { publish: (topic: string, frame: string | Uint8Array) => void app.publish(topic, frame) };
let period = 0;
const topicActivity = { note: () => period, forget: () => undefined, stop: () => undefined };
let listening: us_listen_socket | false = false;
const devices: Device[][] = [];

beforeAll(async () => {
  const shared = { publisher, topicActivity, tickEnd: createTickEnd(), counts: { closed: () => undefined } };
  const opened: NativeSession[] = [];
  app.ws('/ws', {
    open(socket) {
      const identity = {
        userId: opened.length + 1,
        companyId: 1,
        companyRole: undefined,
        expiresAt: 0,
        issuedAt: 0,
        fingerprints: [],
      };
      opened.push(new NativeSession(socket, identity, shared));
    },
  });
  listening = await new Promise<us_listen_socket | false>((resolve) => app.listen('127.0.0.1', 0, resolve));
  if (!listening) throw new Error('no port');
  const url = `ws://127.0.0.1:${uws.us_socket_local_port(listening)}/ws`;
  for (let user = 0; user < USERS; user += 1) {
    devices[user] = [];
    for (let socket = 0; socket < SOCKETS_EACH; socket += 1) {
      const client = new WebSocket(url);
      const got: string[] = [];
      client.addEventListener('message', ({ data }) => got.push(String(data)));
      const index = user * SOCKETS_EACH + socket;
      devices[user]?.push({ session: await until('the socket is open', () => opened[index]), client, got });
    }
  }
});

afterAll(() => {
  for (const { client } of devices.flat()) client.close();
  app.close();
});

const user = fc.nat(USERS - 1);
const step = fc.oneof(
  { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom('enter', 'leave'), user }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('another device'), user }) },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('frames'),
      count: fc.integer({ min: 1, max: 3 }),
      leftOut: fc.option(user, { nil: undefined }),
    }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('reply'), user, isLong: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('pace'), user, hasBudget: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('silence') }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('turn') }) },
);

let conversations = 0;

test('every subscriber gets every frame once and in order, replies among them, in active and silent conversations; one that lags gets what its budget lets pass', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
      conversations += 1;
      const subscribers = new RoomSubscribers<ConnectedUser>(conversations, publisher, topicActivity);
      const users = Array.from({ length: USERS }, (_, index) => createConnectedUser(index + 1));
      const wanted = new Map<Device, string[]>(devices.flat().map((device) => [device, []]));
      for (const { got } of devices.flat()) got.length = 0;
      let frames = 0;

      for (const each of steps) {
        const one = 'user' in each ? users[each.user] : undefined;
        const ofUser = 'user' in each ? (devices[each.user] ?? []) : [];
        if (one && each.kind === 'enter') {
          if (one.sessions.length === 0) addSession(one, (ofUser[0] as Device).session);
          subscribers.add(one);
          one.rooms = [{ subscribers } as UserRoom];
        } else if (one && each.kind === 'leave' && subscribers.has(one)) {
          subscribers.remove(one);
          one.rooms = [];
        } else if (one && each.kind === 'another device' && one.sessions.length === 1) {
          addSession(one, (ofUser[1] as Device).session);
        } else if ('hasBudget' in each) {
          const { session } = ofUser[0] as Device;
          const budget = { passes: () => each.hasBudget };
          session.budget = session.budget ? undefined : budget;
          if (one && subscribers.has(one)) subscribers.changePace(session);
        } else if ('isLong' in each) {
          // uWebSockets gathers 16 KB, and takes another way with what is longer.
          const text = `reply ${(frames += 1)}`.padEnd(each.isLong ? 20_000 : 0);
          for (const device of ofUser) {
            device.session.reply(text);
            wanted.get(device)?.push(text);
          }
        } else if ('count' in each) {
          const texts = Array.from({ length: each.count }, () => `frame ${(frames += 1)}`);
          const leftOut = each.leftOut === undefined ? [] : (users[each.leftOut]?.sessions ?? []);
          subscribers.publish(texts, leftOut);
          for (const { sessions } of subscribers.users()) {
            for (const [device, texts_] of wanted) {
              if (!sessions.includes(device.session) || leftOut.includes(device.session)) continue;
              if (device.session.budget?.passes('') ?? true) texts_.push(...texts);
            }
          }
        } else if (each.kind === 'silence') {
          period += 2;
          subscribers.releaseIfInactive(period);
          for (const { session } of devices.flat()) session.releaseIfInactive(period);
        } else if (each.kind === 'turn') {
          await new Promise((resolve) => setImmediate(resolve));
        }
      }

      for (const one of users.filter((each) => subscribers.has(each))) subscribers.remove(one);
      for (const { session } of devices.flat()) session.budget = undefined;
      subscribers.publish(['without subscribers', 'without subscribers']);
      for (const { session } of devices.flat()) session.send('end');
      await until('all of it arrived', () => devices.flat().every(({ got }) => got.at(-1) === 'end'));
      for (const [device, texts] of wanted) expect(device.got).toEqual([...texts, 'end']);
    }),
    { numRuns: 200 },
  );
});

test('a socket that is closed gets all replies before', async () => {
  const device = devices[0]?.[0] as Device;
  device.got.length = 0;
  const replies = Array.from({ length: 100 }, (_, index) => `reply ${index}`);
  const closed = new Promise<number>((resolve) => device.client.addEventListener('close', ({ code }) => resolve(code)));
  for (const reply of replies) device.session.reply(reply);
  device.session.close('restart');
  expect(await closed).toBe(1012);
  expect(device.got).toEqual(replies);
});
