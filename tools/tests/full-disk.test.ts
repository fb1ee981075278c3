import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, open, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { freePort } from '@vestnik/servers';
import {
  type PushReceiver,
  patience,
  restClient,
  runSql,
  SECRET,
  startPushReceiver,
  stopWithSuite,
  token,
  until,
} from '@vestnik/testing';
import { layoutOf, ROOT } from '../start/layout.ts';

/**
 * The system of `npm start` runs in a mount namespace of its own, in which JetStream's folder and one for tables are small
 * disks. The namespace goes with its processes, so no mount can stay behind. This process fills the disks by way of
 * `/proc/<pid>/root`.
 */
const SCRIPT = `
set -e
mkdir -p "$DATA_DIR/nats" "$DATA_DIR/tables"
mount -t tmpfs -o size=24m,mode=700 none "$DATA_DIR/nats"
mount -t tmpfs -o size=96m,mode=777 none "$DATA_DIR/tables"
mkdir -m 700 "$DATA_DIR/tables/space"
chown 65534:65534 "$DATA_DIR/tables/space"
exec "$@"
`;

/** CAP_SYS_ADMIN of Linux, without which no process mounts anything. */
const MAY_MOUNT = 1n << 21n;

function mayMount(): boolean {
  if (process.platform !== 'linux') return false;
  const effective = /^CapEff:\s*([0-9a-f]+)$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? '0';
  return (BigInt(`0x${effective}`) & MAY_MOUNT) !== 0n;
}

/** Skips the tests where this user may not mount a disk. */
const testOnDisks = mayMount() ? test : test.skip;

let dataDir: string;
let start: ChildProcess;
let output = '';
let restUrl: string;
let receiver: PushReceiver;
let conversationId: number;

beforeAll(async () => {
  if (!mayMount()) {
    process.stderr.write('full-disk.test.ts is skipped: this user may not mount a disk\n');
    return;
  }
  receiver = await startPushReceiver();
  stopWithSuite(() => receiver.stop());
  dataDir = await mkdtemp(join(tmpdir(), 'vestnik-disks-'));
  const ports = { PORT: await freePort(), WS_PORT: await freePort(), OPS_PORT: await freePort() };
  restUrl = `http://127.0.0.1:${ports.PORT}`;
  const node = [process.execPath, '--disable-warning=ExperimentalWarning', 'tools/start.ts'];
  start = spawn('unshare', ['--mount', '--propagation', 'private', 'sh', '-c', SCRIPT, 'sh', ...node], {
    cwd: ROOT,
    env: {
      PATH: process.env.PATH,
      DATA_DIR: dataDir,
      JWT_SECRET: SECRET,
      PUSH_ALLOW_PRIVATE_TARGETS: '1',
      ...Object.fromEntries(Object.entries(ports).map(([name, port]) => [name, String(port)])),
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  stopWithSuite(stop);
  for (const stream of [start.stdout, start.stderr]) stream?.on('data', (part: Buffer) => (output += part));
  await until(
    'the system runs',
    () => {
      if (start.exitCode !== null) throw new Error(output);
      return output.includes('Vestnik runs');
    },
    120_000,
  );
  await moveDatabase();
  await until('the gateway is ready', async () => (await ready()).status === 200, 60_000);
  const created = await (await rest(1))('POST', '/conversations', { participantId: 2, message: 'First' });
  conversationId = created.data.conversation.id;
  await (await rest(2))('POST', '/devices', { provider: 'webhook', target: { url: receiver.url('/two') } });
});

afterAll(stop);

async function stop(): Promise<void> {
  if (start?.exitCode === null && start.signalCode === null) {
    const ended = once(start, 'exit');
    start.kill('SIGTERM');
    await ended;
  }
  if (dataDir) await rm(dataDir, { recursive: true, force: true });
}

/** Puts the tables of all services on their small disk, beside a running system, which has no database meanwhile. */
async function moveDatabase(): Promise<void> {
  const { postgres } = layoutOf(dataDir);
  const password = await readFile(join(postgres, 'superuser-password'), 'utf8');
  const [, , , port] = (await readFile(join(postgres, 'cluster', 'postmaster.pid'), 'utf8')).split('\n');
  for (const sql of [
    `create tablespace small location '${join(dataDir, 'tables', 'space')}'`,
    'alter database vestnik with allow_connections false',
    `select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = 'vestnik'`,
    'alter database vestnik set tablespace small',
    'alter database vestnik with allow_connections true',
  ]) {
    await runSql(`postgres://vestnik:${password}@127.0.0.1:${port}/postgres`, sql);
  }
}

/** Writes on a disk of the system until it takes no byte more. Returns how to take the file away. */
async function fill(disk: 'nats' | 'tables'): Promise<() => Promise<void>> {
  const path = join('/proc', String(start.pid), 'root', dataDir, disk, 'balloon');
  const balloon = await open(path, 'w');
  for (const size of [1_048_576, 4_096, 1]) {
    const bytes = Buffer.alloc(size, '.');
    const isFull = (error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOSPC') throw error;
      return { bytesWritten: 0 };
    };
    while ((await balloon.write(bytes).catch(isFull)).bytesWritten > 0);
  }
  await balloon.close();
  return () => rm(path);
}

async function rest(userId: number) {
  return restClient(restUrl, await token(userId));
}

interface Ready {
  status: number;
  parts: Record<string, string>;
  causes: Record<string, string>;
}

async function ready(): Promise<Ready> {
  const response = await fetch(`${restUrl}/health/ready`);
  const { parts, causes } = (await response.json()) as Omit<Ready, 'status'>;
  return { status: response.status, parts, causes };
}

/** Sends a message that needs some pages, and returns the status of the answer. */
async function send(): Promise<number> {
  const text = Array.from({ length: 9_000 }, () => String.fromCodePoint(0x4e00 + Math.floor(Math.random() * 20_000)));
  return (await (await rest(1))('POST', `/conversations/${conversationId}/messages`, { content: text.join('') }))
    .status;
}

testOnDisks(
  'a Postgres whose disk is full makes the gateway not ready, names the cause, and is well when there is room',
  async () => {
    const empty = await fill('tables');
    await until('a send is refused', async () => (await send()) === 503);
    await until('ready says so', async () => (await ready()).status === 503, 5_000);
    const cause = {
      parts: { 'messages.database': 'down' },
      causes: { 'messages.database': 'the disk of PostgreSQL is full' },
    };
    expect(await ready()).toMatchObject({ status: 503, ...cause });
    // It stays so, though nobody sends meanwhile.
    await delay(patience(5_000));
    expect(await ready()).toMatchObject({ status: 503, ...cause });
    await empty();
    await until('the gateway is ready', async () => (await ready()).status === 200, 20_000);
    expect(await send()).toBe(201);
  },
);

testOnDisks(
  'a JetStream whose disk is full makes the gateway not ready, names the cause, and is well when there is room',
  async () => {
    const empty = await fill('nats');
    await until(
      'ready says so',
      async () => {
        expect(await send()).toBe(201);
        return (await ready()).status === 503;
      },
      60_000,
    );
    const { parts, causes } = await ready();
    expect(parts).toMatchObject({ bus: 'ok', messages: 'ok', 'messages.database': 'ok', 'messages.stream': 'down' });
    expect(causes['messages.stream']).toMatch(/JetStream/);
    await delay(patience(5_000));
    expect((await ready()).status).toBe(503);
    const last = (await (await rest(1))('POST', `/conversations/${conversationId}/messages`, { content: 'Last' })).data;
    await empty();
    await until('the gateway is ready', async () => (await ready()).status === 200, 60_000);
    await until('the push of the last message came', () =>
      receiver.received.some(({ messageId }) => messageId === last.message.id),
    );
  },
);
