import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createLogger } from '@vestnik/logging';
import { startServers, type TestServers, until } from '@vestnik/testing';
import { type Bus, connectBus } from '../src/index.ts';

let servers: TestServers;
let bus: Bus;
beforeAll(async () => {
  servers = await startServers();
  const logger = createLogger('bus-tests', 'silent');
  bus = await connectBus({ servers: [servers.natsUrl], name: 'tests', logger });
});
afterAll(async () => {
  await bus.close();
  await servers.stop();
});

test('a live event that cannot be handled does not keep the next from being heard', async () => {
  const heard: number[] = [];
  bus.subscribe('evt.tests.v1.happened', (payload) =>
    heard.push(JSON.parse(Buffer.from(payload).toString()) as number),
  );
  for (const payload of ['1', '', 'no JSON', '2']) bus.publish('evt.tests.v1.happened', payload);
  await until('what is well formed is heard', () => heard.length === 2);
  expect(heard).toEqual([1, 2]);
});
