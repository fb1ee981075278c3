import { once } from 'node:events';
import { createServer } from 'node:net';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Bus } from '@vestnik/bus';
import { DATA_SERVICES, healthEndpoint, SERVICES, type Service, services } from '@vestnik/contracts';
import { freePort } from '@vestnik/servers';
import {
  connectTestBus,
  endProcess,
  migrateService,
  type SystemProcess,
  startServers,
  startServiceProcess,
  type TestServers,
  until,
} from '@vestnik/testing';

let servers: TestServers;
let bus: Bus;
/** The output of two migrations of each service that began at the same time. */
const migrated = new Map<string, string[]>();

/** The gauge of the work that waits in a service. */
const WAITING: Partial<Record<(typeof SERVICES)[number], string>> = {
  conversations: 'outbox_oldest_seconds',
  messages: 'outbox_oldest_seconds',
  presence: 'presence_unannounced',
  notifications: 'pushes_pending',
  companies: 'outbox_oldest_seconds',
};

beforeAll(async () => {
  servers = await startServers({ emptySchemas: true });
  bus = await connectTestBus(servers.natsUrl);
  for (const service of DATA_SERVICES) {
    migrated.set(
      service,
      await Promise.all([migrateService({ servers, service }), migrateService({ servers, service })]),
    );
  }
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

test.each(DATA_SERVICES)('migrations of %s run once, also when two begin at the same time', async (service) => {
  const ran = migrated.get(service)?.filter((said) => said !== `${service}: schema is up to date\n`);
  expect(ran).toEqual([expect.stringMatching(new RegExp(`^${service}: ran [^\n]+\n$`))]);
});

test.each(DATA_SERVICES)('the schema of %s is what its entities say', async (service) => {
  expect(await migrateService({ servers, service, arguments: ['--difference'] })).toBe('');
});

test.each(DATA_SERVICES)('migrating %s in vain ends with one line and code 1', async (service) => {
  const migrate = (DATABASE_URL: string) => migrateService({ servers, service, settings: { DATABASE_URL } });
  const failed = `migrating ${service} failed: ${service}: cannot migrate:`;
  await expect(migrate('')).rejects.toThrow(new RegExp(`^${failed} DATABASE_URL is not set.\n$`));
  const nowhere = `postgres://${service}:secret@127.0.0.1:1/vestnik`;
  await expect(migrate(nowhere)).rejects.toThrow(new RegExp(`^${failed} [^\n]*ECONNREFUSED[^\n]*\n$`));
});

/** Stops a process in order on SIGTERM. */
async function stopInOrder(process: SystemProcess): Promise<void> {
  expect(await endProcess(process)).toBe(0);
  await until('its last line says so', () => process.output().endsWith('"msg":"stopped"}\n'));
}

test('the gateway says when it is ready, and stops in order on SIGTERM', async () => {
  const ports = { rest: await freePort(), socket: await freePort(), ops: await freePort() };
  await stopInOrder(await startServiceProcess({ servers, service: 'gateway', ports }));
});

test.each(SERVICES)('%s goes on and stops in order when its output has no reader any more', async (service) => {
  const ports = { rest: await freePort(), socket: await freePort(), ops: await freePort() };
  const process = await startServiceProcess({ servers, service, ports, settings: { LOG_LEVEL: 'trace' } });
  process.child.stdout?.destroy();
  process.child.stderr?.destroy();
  expect(await endProcess(process)).toBe(0);
});

test.each([
  [
    'conversations',
    { DATABASE_URL: '', LIMIT_GROUP_SIZE: 'many' },
    'DATABASE_URL is not set; LIMIT_GROUP_SIZE: must be a',
  ],
  ...DATA_SERVICES.map((service) => [service, { DATABASE_POOL_SIZE: '0' }, 'DATABASE_POOL_SIZE: must be '] as const),
  ['presence', { PRESENCE_GRACE_SECONDS: '3601' }, 'PRESENCE_GRACE_SECONDS: must be between 0 and 3600'],
  ['notifications', { PUSH_ALLOW_PRIVATE_TARGETS: 'yes' }, 'PUSH_ALLOW_PRIVATE_TARGETS: '],
  ['gateway', { JWT_SECRET: 'short' }, 'JWT_SECRET must be at least 32 bytes.'],
] as const)('a broken setting of %s is one line, and code 1', async (service, settings, line) => {
  const starting = startServiceProcess({ servers, service, settings });
  await expect(starting).rejects.toThrow(new RegExp(`^${service} ended with 1: ${line}[^\n]*\n$`));
});

test.each(DATA_SERVICES)(
  '%s shows its health, its requests and what waits to ops, and stops in order on SIGTERM',
  async (service) => {
    const port = await freePort();
    const process = await startServiceProcess({ servers, service, settings: { OPS_PORT: `${port}` } });
    const get = (path: string) => fetch(`http://127.0.0.1:${port}${path}`);
    const health = healthEndpoint(service);
    const { ownStreams }: Service = services[service];
    const hasStream = ownStreams.length > 0;
    const written = { database: 'ok', ...(hasStream && { stream: 'ok' }) };
    // A busy machine may take longer for a write than a health check waits.
    const found = await until('the write is made', async () => {
      const answer = await bus.request(health, {});
      return answer.database === 'ok' && answer;
    });
    expect(found).toEqual(written);
    await expect(bus.request(health, [] as never)).rejects.toMatchObject({ code: 'bad_request' });

    const ready = await until('it is ready', async () => {
      const response = await get('/health/ready');
      return response.ok && response;
    });
    expect(await ready.json()).toEqual({ ready: true, degraded: false, parts: { bus: 'ok', ...written }, causes: {} });
    const metrics = await (await get('/metrics?of=this')).text();
    expect(metrics).toMatch(/vestnik_requests_total\{.*endpoint="check-health",outcome="ok".*\} [1-9]/);
    expect(metrics).toMatch(/vestnik_requests_total\{.*endpoint="check-health",outcome="bad_request".*\} 1/);
    expect(metrics).toMatch(/vestnik_request_duration_seconds_count\{.*endpoint="check-health".*\} [2-9]/);
    expect(metrics).toMatch(/vestnik_requests_total\{.*endpoint="check-health",outcome="internal".*\} 0/);
    for (const part of Object.keys(written))
      expect(metrics).toMatch(new RegExp(`vestnik_writable\\{.*part="${part}".*\\} 1`));
    const waiting = WAITING[service];
    if (waiting !== undefined) expect(metrics).toMatch(new RegExp(`vestnik_${waiting}\\{.*\\} 0`));
    expect(metrics).toMatch(/vestnik_build_info\{.*version="\d+\.\d+\.\d+".*\} 1/);
    expect(metrics).toMatch(/vestnik_bus_connected\{.*\} 1/);
    expect(metrics).toMatch(/vestnik_database_connections\{.*state="open".*\} [1-9]/);
    for (const { durable } of services[service].consumers) {
      expect(metrics).toMatch(new RegExp(`vestnik_consumer_lag\\{.*consumer="${durable}".*\\} 0`));
      expect(metrics).toMatch(new RegExp(`vestnik_events_set_aside_total\\{.*consumer="${durable}".*\\} 0`));
    }
    await stopInOrder(process);
  },
);

test.each(SERVICES)('%s leaves nothing open when its start fails: the process ends by itself', async (service) => {
  const reason = await startWithTakenPort(service);
  expect(reason).toMatch(new RegExp(`^${service} ended with 1: `));
  expect(reason).toContain(service === 'gateway' ? 'WS_PORT' : 'EADDRINUSE');
  expect(reason).not.toContain('still open');
});
