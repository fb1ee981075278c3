import { once } from 'node:events';
import { createServer } from 'node:net';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { freePort } from '@vestnik/servers';
import { startServers, startServiceProcess, type TestServers } from '@vestnik/testing';

const SERVICES = ['conversations', 'messages', 'presence', 'notifications', 'gateway'] as const;

let servers: TestServers;

beforeAll(async () => {
  servers = await startServers();
});
afterAll(() => servers.stop());

/** Takes the port that a service opens last, starts the service, and returns why it did not start. */
async function startWithTakenPort(service: (typeof SERVICES)[number]): Promise<string> {
  const taken = await freePort('0.0.0.0');
  const other = createServer().listen(taken, '0.0.0.0');
  await once(other, 'listening');
  const options =
    service === 'gateway'
      ? { ports: { rest: await freePort(), socket: taken, ops: await freePort() } }
      : { settings: { OPS_PORT: `${taken}` } };
  const reason = await startServiceProcess({ servers, service, ...options }).then(
    () => 'it started',
    (error: Error) => error.message,
  );
  other.close();
  await once(other, 'close');
  return reason;
}

test.each(SERVICES)('%s leaves nothing open when its start fails: the process ends by itself', async (service) => {
  const reason = await startWithTakenPort(service);
  expect(reason).toMatch(new RegExp(`^${service} ended with 1: `));
  expect(reason).toContain(service === 'gateway' ? 'WS_PORT' : 'EADDRINUSE');
  expect(reason).not.toContain('still open');
});
