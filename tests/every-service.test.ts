import { once } from 'node:events';
import { createServer } from 'node:net';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Bus, connectBus } from '@vestnik/bus';
import { DATA_SERVICES, healthEndpoint, SERVICES } from '@vestnik/contracts';
import { createLogger } from '@vestnik/logging';
import { freePort } from '@vestnik/servers';
import { endProcess, migrateService, startServers, startServiceProcess, type TestServers } from '@vestnik/testing';

let servers: TestServers;
let bus: Bus;

beforeAll(async () => {
  servers = await startServers();
  bus = await connectBus({ servers: [servers.natsUrl], name: 'test', logger: createLogger('test', 'silent') });
  await Promise.all(DATA_SERVICES.map((service) => migrateService({ servers, service })));
});
afterAll(async () => {
  await bus.close();
  await servers.stop();
});

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

test.each(DATA_SERVICES)('%s shows its health and its requests to ops', async (service) => {
  const port = await freePort();
  const process = await startServiceProcess({ servers, service, settings: { OPS_PORT: `${port}` } });
  const get = (path: string) => fetch(`http://127.0.0.1:${port}${path}`);
  const health = healthEndpoint(service);
  expect(await bus.request(health, {})).toEqual({ database: 'ok' });
  await expect(bus.request(health, [] as never)).rejects.toMatchObject({ code: 'bad_request' });

  const ready = await get('/health/ready');
  expect(await ready.json()).toEqual({ ready: true, parts: { bus: 'ok', database: 'ok' } });
  const metrics = await (await get('/metrics')).text();
  expect(metrics).toMatch(/vestnik_requests_total\{.*endpoint="health",outcome="ok".*\} 1/);
  expect(metrics).toMatch(/vestnik_requests_total\{.*endpoint="health",outcome="bad_request".*\} 1/);
  expect(metrics).toMatch(/vestnik_request_duration_seconds_count\{.*endpoint="health".*\} 2/);
  await endProcess(process);
});

test.each(SERVICES)('%s leaves nothing open when its start fails: the process ends by itself', async (service) => {
  const reason = await startWithTakenPort(service);
  expect(reason).toMatch(new RegExp(`^${service} ended with 1: `));
  expect(reason).toContain(service === 'gateway' ? 'WS_PORT' : 'EADDRINUSE');
  expect(reason).not.toContain('still open');
});
