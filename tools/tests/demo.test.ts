import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { connectDatabase, statement } from '@vestnik/database';
import { createLogger } from '@vestnik/logging';
import { SECRET, type System, startSystem } from '@vestnik/testing';
import { layoutOf, ROOT } from '../start/layout.ts';
import { writeSystem } from '../start/system-file.ts';

let system: System;
let dataDir: string;
/** Demos that run; one that a test gave up waiting for is ended with the suite. */
const running = new Set<ChildProcess>();

beforeAll(async () => {
  system = await startSystem({ instances: { gateway: 2 } });
  dataDir = await mkdtemp(join(tmpdir(), 'vestnik-demo-'));
  const layout = layoutOf(dataDir);
  await mkdir(layout.run, { recursive: true });
  await writeSystem(layout.system, {
    pid: process.pid,
    operations: {},
    gateways: [0, 1].map((nth) => ({
      rest: system.restUrl(nth),
      socket: system.socketUrl(nth),
      ops: system.opsUrl(nth),
    })),
    natsUrl: system.servers.natsUrl,
    revokerUrl: system.servers.natsUrls.revoker,
    jwtSecret: SECRET,
  });
});
afterAll(async () => {
  for (const child of running) child.kill('SIGKILL');
  await system.stop();
  await rm(dataDir, { recursive: true });
});

async function demo(args: string[], folder = dataDir): Promise<{ code: number; out: string; err: string }> {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', 'tools/demo.ts', ...args], {
    cwd: ROOT,
    env: { PATH: process.env.PATH, DATA_DIR: folder },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.add(child);
  let out = '';
  let err = '';
  child.stdout.on('data', (part) => (out += String(part)));
  child.stderr.on('data', (part) => (err += String(part)));
  const [code] = await once(child, 'close');
  running.delete(child);
  return { code, out, err };
}

test('the demo replays its excerpt, shows it, and finds everything where it belongs', async () => {
  const { code, out, err } = await demo(['--rate', '0']);
  expect(err).toBe('');
  expect(out).toContain('A group for 45 people of two companies');
  expect(out).toMatch(/330 in 1 group, 215 in 61 direct conversations/);
  expect(out).toMatch(/✓ read up to \d+: /);
  expect(out).toContain('… typing: ');
  expect(out).toContain('● online: ');
  expect(out).toMatch(/ searches for "\p{L}+": \d+ messages?, newest first\n {4}» .*\[\p{L}+\]/u);
  expect(out).toContain('Verified for each of 45 people: 15,280 messages in the histories of 62 conversations');
  // Then two companies, as each side sees it.
  for (const seen of [
    'Gleb (Elm)     sees a pending request of Vera of Birch; its text: forbidden',
    'Vera (Birch)   sees a second message refused: forbidden (pending)',
    'Boris (Elm)    accepts it',
    'Gleb (Elm)     sees in "Chairs": "Forty chairs',
    'Vera (Birch)   sees her next message to him refused: forbidden (blocked)',
    'Boris (Elm)    sees a conversation with Anna refused: forbidden (severed)',
    'Gleb (Elm)     sees the suspended conversation, to be read: 2 messages',
    'Vera (Birch)   sees "Chairs" with Anna and Vera alone',
    'Every step of the two companies came out as it should.',
  ]) {
    expect(out).toContain(seen);
  }
  expect(code).toBe(0);
});

test('control characters of a log come through the system and leave the terminal alone', async () => {
  const file = join(dataDir, 'control.txt');
  await writeFile(file, '[12:00] <a> \x1b[2J\x03 \t \u2028 \u200b 😀\0\n[12:01] <b> a: \x07\n[12:02] <a>\n');
  const { code, out } = await demo(['--file', file, '--rate', '0']);
  expect(out).not.toMatch(/[^\P{Cc}\n]/u);
  expect(out).toContain('·[2J· · · · 😀');
  expect(out).toMatch(/left out +1 line without text/);
  expect(code).toBe(0);
});

test('a message that is not stored as it was sent is named, and the exit code is 1', async () => {
  const admin = await connectDatabase({
    url: system.servers.adminUrl,
    schema: 'messages',
    poolSize: 1,
    entities: [],
    logger: createLogger('test', 'silent'),
  });
  const run = (sql: string) => admin.query(statement<never>(`test-${sql.length}`, sql), []);
  try {
    await run(`create function messages.forge() returns trigger language plpgsql as
      $$ begin new.content := 'forged'; return new; end $$`);
    await run(`create trigger forge before insert on messages.messages
      for each row when (new.content = 'the one') execute function messages.forge()`);
    const file = join(dataDir, 'forged.txt');
    await writeFile(file, '[12:00] <a> first\n[12:01] <b> the one\n[12:02] <a> last\n');
    const { code, out } = await demo(['--file', file, '--rate', '0']);
    expect(out).toContain('Verification failed');
    expect(out).toContain('line-2 is not worded as it was sent');
    expect(code).toBe(1);
  } finally {
    await run('drop function if exists messages.forge cascade');
    await admin.close();
  }
});

test.each([
  ['no running system', [], 'nothing runs on'],
  ['a file that is not there', ['--file', '/nowhere/log.txt'], '/nowhere/log.txt cannot be read (ENOENT)'],
  ['a rate that is none', ['--rate', 'fast'], '--rate must be a number'],
  ['an unknown option', ['--speed', '3'], "Unknown option '--speed'"],
])('with %s the demo ends with one line and code 1', async (what, args, line) => {
  const { code, out, err } = await demo(args, what === 'no running system' ? join(dataDir, 'none') : dataDir);
  expect(err).toMatch(/^vestnik: [^\n]+\n$/);
  expect(err).toContain(line);
  expect(out).toBe('');
  expect(code).toBe(1);
});
