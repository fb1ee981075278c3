import { Socket } from 'node:net';
import { setImmediate, setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { NatsConnection } from '@nats-io/transport-node';
import { gatewayEndpoints, VestnikError } from '@vestnik/contracts';
import { createLogger } from '@vestnik/logging';
import { startServers, type TestServers, until } from '@vestnik/testing';
import { type Bus, connectBus, serve } from '../src/index.ts';
import { trimSubscription } from '../src/nats-core-internals.ts';
import { writeAtEndOfTick } from '../src/nats-transport-internals.ts';

/**
 * The private parts of NATS's client that the bus uses (docs/adr/0005-libraries.md). If a version renames them, their users
 * would do nothing, or harm, without an error.
 */
const logger = createLogger('tests', 'silent');
let servers: TestServers;
let bus: Bus;
let connection: NatsConnection;
beforeAll(async () => {
  servers = await startServers();
  bus = await connectBus({ servers: [servers.natsUrl], name: 'tests', logger });
  ({ connection } = bus);
});
afterAll(async () => {
  await bus.close();
  await servers.stop();
});

test('a subscription with a callback holds three promises and a queue, and does without them', async () => {
  const heard: string[] = [];
  const subscription = connection.subscribe('evt.tests.v1.light', {
    callback: (_, message) => void heard.push(message.string()),
  });
  const promises = Object.entries(subscription).filter(([, value]) => value instanceof Promise);
  expect(promises.map(([name]) => name).toSorted()).toEqual(['closed', 'iterClosed', 'signal']);
  for (const [, promise] of promises) expect(promise).toHaveProperty('resolve', expect.any(Function));
  expect(subscription).toMatchObject({ yields: [] });

  trimSubscription(subscription);
  connection.publish('evt.tests.v1.light', 'first');
  connection.publish('evt.tests.v1.light', 'second');
  await until('both are heard', () => heard.length === 2);
  expect(heard).toEqual(['first', 'second']);
  subscription.unsubscribe();
  connection.publish('evt.tests.v1.light', 'third');
  await connection.flush();
  expect(heard).toHaveLength(2);
  expect(subscription.isClosed()).toBe(true);
});

test('the socket of a connection is where it is corked until the end of the tick', async () => {
  const { socket } = (connection as unknown as { protocol: { transport: { socket: Socket } } }).protocol.transport;
  expect(socket).toBeInstanceOf(Socket);
  writeAtEndOfTick(connection);
  writeAtEndOfTick(connection);
  expect(socket.writableCorked).toBe(1);
  await setImmediate();
  expect(socket.writableCorked).toBe(0);
});

test('the stats of an endpoint are those of whole requests, answers among them', async () => {
  const served = await serve({
    bus,
    logger,
    name: 'gateway',
    version: '1.0.0',
    description: 'Answers late, and with an error',
    endpoints: gatewayEndpoints,
    handlers: {
      getStatus: async () => {
        await setTimeout(50);
        throw new VestnikError('invalid', 'As asked for');
      },
    },
  });
  await expect(bus.request(gatewayEndpoints.getStatus, {})).rejects.toThrow('As asked for');
  const stats = (await connection.request('$SRV.STATS.gateway', '')).json();
  expect(stats).toMatchObject({ endpoints: [{ num_requests: 1, num_errors: 1 }] });
  const [{ average_processing_time }] = (stats as { endpoints: [{ average_processing_time: number }] }).endpoints;
  expect(average_processing_time).toBeGreaterThan(45_000_000);
  await served.stop();
});
