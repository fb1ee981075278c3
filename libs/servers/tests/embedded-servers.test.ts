import { mkdtemp, rm, stat } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { freePort, isPortFree, type RunningServer, startNats, startPostgres } from '@vestnik/servers';
import pg from 'pg';

let folder: string;
let running: RunningServer[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vestnik-servers-'));
  running = [];
});

afterEach(async () => {
  await Promise.all(running.map((server) => server.stop()));
  await rm(folder, { recursive: true, force: true });
});

async function postgres(port?: number): Promise<RunningServer> {
  const server = await startPostgres({
    dataDir: join(folder, 'postgres'),
    logFile: join(folder, 'postgres.log'),
    port,
    settings: { shared_buffers: '16MB' },
  });
  running.push(server);
  return server;
}

async function nats(port?: number): Promise<RunningServer> {
  const server = await startNats({ dataDir: join(folder, 'nats'), logFile: join(folder, 'nats.log'), port });
  running.push(server);
  return server;
}

async function query(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

/** Sends protocol lines to a nats-server and returns what it said up to the reply that is waited for. */
function say(port: number, lines: string, waitFor: RegExp): Promise<string> {
  return new Promise((resolve, reject) => {
    let heard = '';
    const socket = connect({ port, host: '127.0.0.1', timeout: 5000 });
    socket.setEncoding('utf8');
    socket.on('connect', () => socket.write(lines));
    socket.on('timeout', () => socket.destroy(new Error(`heard only ${heard}`)));
    socket.on('error', reject);
    socket.on('data', (part: string) => {
      heard += part;
      if (!waitFor.test(heard)) return;
      socket.destroy();
      resolve(heard);
    });
  });
}

/** One JetStream API request by the plain protocol. */
function jetStream(port: number, verb: string, body: object): Promise<string> {
  const payload = JSON.stringify(body);
  const request = `PUB $JS.API.${verb} reply ${Buffer.byteLength(payload)}\r\n${payload}\r\n`;
  return say(port, `CONNECT {"verbose":false}\r\nSUB reply 1\r\n${request}`, /MSG reply 1 \d+\r\n.*\r\n/);
}

test('PostgreSQL is a durable 18 in UTF-8 and its data survives a restart', async () => {
  const first = await postgres();
  await query(first.url, 'create table kept as select 42 as answer');
  const [settings] = await query(
    first.url,
    `select current_setting('server_version_num')::int / 10000 as version, current_setting('server_encoding') as encoding,
            current_setting('fsync') as fsync, current_setting('synchronous_commit') as commits`,
  );
  expect(settings).toEqual({ version: 18, encoding: 'UTF8', fsync: 'on', commits: 'on' });
  await first.stop();
  expect(await first.exited).toEqual({ code: 0, signal: null });
  expect(await isPortFree(first.port, '127.0.0.1')).toBe(true);

  const second = await postgres(first.port);
  expect(second.url).toBe(first.url);
  expect(await query(second.url, 'select answer from kept')).toEqual([{ answer: 42 }]);
});

test('the superuser needs the password, which only its owner may read', async () => {
  const server = await postgres();
  await expect(query(server.url.replace(/:[^:@]+@/, ':guess@'), 'select 1')).rejects.toThrow('password authentication');
  expect((await stat(join(folder, 'postgres', 'superuser-password'))).mode & 0o777).toBe(0o600);
});

test('a stale PostgreSQL of a killed run is replaced and committed data is kept', async () => {
  const stale = await postgres();
  await query(stale.url, 'create table kept as select 42 as answer');
  const fresh = await postgres();
  expect((await stale.exited).code).toBe(0);
  expect(fresh.pid).not.toBe(stale.pid);
  expect(await query(fresh.url, 'select answer from kept')).toEqual([{ answer: 42 }]);
});

test('a PostgreSQL that was killed recovers what was committed', async () => {
  const first = await postgres();
  await query(first.url, 'create table kept as select 42 as answer');
  process.kill(first.pid, 'SIGKILL');
  expect((await first.exited).signal).toBe('SIGKILL');
  const second = await postgres();
  expect(await query(second.url, 'select answer from kept')).toEqual([{ answer: 42 }]);
});

test('a JetStream stream survives a restart, and a stale nats-server is replaced', async () => {
  const stale = await nats();
  const created = await jetStream(stale.port, 'STREAM.CREATE.kept', { name: 'kept', subjects: ['kept.>'] });
  expect(created).toContain('"did_create":true');
  const fresh = await nats();
  expect(await stale.exited).toBeDefined();
  expect(await jetStream(fresh.port, 'STREAM.INFO.kept', {})).toContain('"subjects":["kept.\\u003e"]');
});

test('a server whose port is taken says so in one line', async () => {
  const port = await freePort();
  const holder = await nats(port);
  const attempt = startPostgres({ dataDir: join(folder, 'p'), logFile: join(folder, 'p.log'), port: holder.port });
  await expect(attempt).rejects.toThrow(/^PostgreSQL ended at once: .*FATAL.*$/);
});
