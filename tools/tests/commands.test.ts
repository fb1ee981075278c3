import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { createVerifier } from '@vestnik/auth';
import { freePort } from '@vestnik/servers';
import { ROOT } from '../start/layout.ts';
import { keepSecrets } from '../start/secrets.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vestnik-commands-'));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

type Command = { child: ChildProcess; out: () => string; err: () => string; ended: Promise<number | null> };

/** Runs Node on a file with nothing but the given environment. */
function run(args: string[], env: Record<string, string> = {}): Command {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', ...args], {
    cwd: ROOT,
    env: { PATH: process.env.PATH, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let out = '';
  let err = '';
  child.stdout.on('data', (part: Buffer) => (out += part));
  child.stderr.on('data', (part: Buffer) => (err += part));
  const ended = once(child, 'close').then(([code]) => code as number | null);
  return { child, out: () => out, err: () => err, ended };
}

async function hears(command: Command, words: string): Promise<void> {
  while (!command.out().includes(words)) await once(command.child.stdout ?? command.child, 'data');
}

test('a broken setting ends the start with one line and code 1, before anything is touched', async () => {
  const dataDir = join(folder, 'data');
  const start = run(['tools/start.ts'], { DATA_DIR: dataDir, PORT: 'abc' });
  expect(await start.ended).toBe(1);
  expect(start.err()).toBe('vestnik: PORT: must be a whole number.\n');
  expect(await readdir(folder)).toEqual([]);
});

test.each([
  ['1', 'nats-cluster/nats-server-1/jetstream', 'three nats-servers', '3'],
  ['3', 'nats/jetstream', 'one nats-server', '1'],
])('the start leaves no streams behind: NATS_SERVERS=%s beside %s is one line', async (size, had, whose, wanted) => {
  const dataDir = join(folder, 'data');
  await mkdir(join(dataDir, had), { recursive: true });
  const start = run(['tools/start.ts'], { DATA_DIR: dataDir, NATS_SERVERS: size });
  expect(await start.ended).toBe(1);
  expect(start.err()).toBe(
    `vestnik: ${dataDir} has the streams of ${whose}, which NATS_SERVERS=${size} would leave behind: ` +
      `set NATS_SERVERS=${wanted}, or DATA_DIR to another folder\n`,
  );
  expect(start.out()).not.toContain('PostgreSQL');
});

test('a taken port ends the start with one line that says what to do', async () => {
  const holder = createServer().listen({ port: 0, host: '0.0.0.0' });
  await once(holder, 'listening');
  const { port } = holder.address() as { port: number };
  const ports = { WS_PORT: String(await freePort()), OPS_PORT: String(await freePort()) };
  const start = run(['tools/start.ts'], { DATA_DIR: join(folder, 'data'), PORT: String(port), ...ports });
  expect(await start.ended).toBe(1);
  expect(start.err()).toBe(
    `vestnik: port ${port} (PORT) is taken: stop what listens there, or set PORT to a free one\n`,
  );
  expect(await readdir(join(folder, 'data', 'run'))).toEqual([]);
  holder.close();
});

test('a data folder that cannot be is one line', async () => {
  const file = join(folder, 'file');
  await writeFile(file, '');
  const start = run(['tools/start.ts'], { DATA_DIR: join(file, 'data') });
  expect(await start.ended).toBe(1);
  expect(start.err()).toMatch(/^vestnik: .*file.* is no folder or lies in none: set DATA_DIR to another folder\n$/);
});

test('an unreachable bus is one line', async () => {
  const address = `nats://127.0.0.1:${await freePort()}`;
  const revoke = run(['tools/revoke.ts', '--id', '7'], { NATS_URL: address });
  expect(await revoke.ended).toBe(1);
  expect(revoke.err()).toBe(`vestnik: NATS_URL: no server answers at ${address}\n`);
});

test('the token command prints a token of the kept secret and nothing else', async () => {
  const { jwtSecret } = await keepSecrets(join(folder, 'secrets.json'));
  expect((await stat(join(folder, 'secrets.json'))).mode & 0o777).toBe(0o600);
  const token = run(['tools/token.ts', '--id', '7', '--company', '1', '--name', 'Anna'], { DATA_DIR: folder });
  expect(await token.ended).toBe(0);
  expect(await createVerifier({ secret: jwtSecret })(token.out().trim())).toMatchObject({
    userId: 7,
    companyId: 1,
    name: 'Anna',
  });
});

test.each([
  [['--company', '1'], '--id is missing'],
  [['--id', '0', '--company', '1'], '--id must be a positive whole number'],
  [['--id', '7', '--company', '1', '--admin'], "Unknown option '--admin'"],
])('the token command refuses %j in one line', async (args, words) => {
  const token = run(['tools/token.ts', ...args], { DATA_DIR: folder });
  expect(await token.ended).toBe(1);
  expect(token.out()).toBe('');
  expect(token.err()).toMatch(/^vestnik: .*\n$/);
  expect(token.err()).toContain(words);
});

test('the bootstrap passes arguments and one signal on, and ends as its child does', async () => {
  const script = join(folder, 'waits.mjs');
  await writeFile(
    script,
    `let signals = 0;
     process.on('SIGTERM', () => { signals += 1; setTimeout(() => { console.log('signals', signals); process.exit(7); }, 50); });
     console.log('arguments', ...process.argv.slice(2));
     setInterval(() => {}, 1000);`,
  );
  const bootstrap = run(['tools/bootstrap.mjs', script, '--id', '7']);
  await hears(bootstrap, 'arguments --id 7');
  bootstrap.child.kill('SIGTERM');
  bootstrap.child.kill('SIGTERM');
  expect(await bootstrap.ended).toBe(7);
  expect(bootstrap.out()).toContain('signals 1');
  expect(bootstrap.err()).toBe('');
});

test('a bootstrap that is killed takes its child along', async () => {
  const script = join(folder, 'notices.mjs');
  await writeFile(
    script,
    `process.on('disconnect', () => process.exit(0)); console.log('pid', process.pid); setInterval(() => {}, 1000);`,
  );
  const bootstrap = run(['tools/bootstrap.mjs', script]);
  await hears(bootstrap, 'pid');
  bootstrap.child.kill('SIGKILL');
  // The pipes close when the last process that holds them is gone.
  expect(await bootstrap.ended).toBeNull();
});
