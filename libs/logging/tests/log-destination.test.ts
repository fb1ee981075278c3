import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, openSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, test } from '@jest/globals';
import { openLogDestination } from '../src/log-destination.ts';

const INDEX = fileURLToPath(new URL('../src/index.ts', import.meta.url));

/** A process that logs far more than a pipe holds, reports how many lines it dropped, and stops in order on SIGTERM. */
const PROGRAM = `
  import { createLogger, droppedLogLines } from '${INDEX}';
  const logger = createLogger('tests', 'info');
  process.on('SIGTERM', () => process.exit(0));
  for (let line = 0; line < 20_000; line += 1) logger.info({ text: 'x'.repeat(200) }, 'written');
  process.send({ dropped: droppedLogLines() });
  setInterval(() => {}, 1_000);
`;

const running = new Set<ChildProcess>();
afterEach(() => {
  for (const child of running) child.kill('SIGKILL');
  running.clear();
});

function run(): ChildProcess {
  const args = ['--disable-warning=ExperimentalWarning', '--input-type=module', '-e', PROGRAM];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit', 'ipc'], env: {} });
  running.add(child);
  return child;
}

async function droppedBy(child: ChildProcess): Promise<number> {
  const [{ dropped }] = (await once(child, 'message')) as [{ dropped: number }];
  return dropped;
}

async function stopped(child: ChildProcess): Promise<number | null> {
  child.kill('SIGTERM');
  const [code] = (await once(child, 'exit')) as [number | null];
  return code;
}

test('a process whose output is not read goes on, drops lines, and obeys SIGTERM', async () => {
  const child = run();
  expect(await droppedBy(child)).toBeGreaterThan(1_000);
  expect(await stopped(child)).toBe(0);
});

test('a process whose output has no reader any more goes on, drops lines, and obeys SIGTERM', async () => {
  const child = run();
  child.stdout?.destroy();
  expect(await droppedBy(child)).toBeGreaterThan(1_000);
  expect(await stopped(child)).toBe(0);
});

test('a reader that comes late gets whole lines, and one that says how many are missing', async () => {
  const child = run();
  const dropped = await droppedBy(child);
  let output = '';
  child.stdout?.setEncoding('utf8').on('data', (part: string) => (output += part));
  while (!output.includes('log lines were dropped')) await new Promise((resolve) => setTimeout(resolve, 10));
  const lines = output
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { msg: string; dropped?: number });
  const written = lines.filter(({ msg }) => msg === 'written');
  expect(written).toHaveLength(20_000 - dropped);
  expect(lines.at(-1)).toMatchObject({ level: 40, msg: 'log lines were dropped', dropped });
  expect(await stopped(child)).toBe(0);
});

const onLinux = existsSync('/dev/full') ? test : test.skip;
onLinux('on a full disk lines are dropped and counted, and writing one never throws', () => {
  const full = openSync('/dev/full', 'w');
  const destination = openLogDestination(() => undefined, full);
  for (let line = 0; line < 3_000; line += 1) destination.write(`${'x'.repeat(999)}\n`);
  // Only a bounded number of bytes waits for room.
  expect(destination.dropped()).toBeGreaterThan(1_900);
  expect(destination.dropped()).toBeLessThan(3_000);
});
