import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { type Layout, layoutOf } from '../start/layout.ts';
import { startServiceProcess } from '../start/service-process.ts';
import { type Supervision, supervise } from '../start/supervisor.ts';

const SERVES = `process.send({ ready: true }); process.on('SIGTERM', () => process.exit(0));`;

let layout: Layout;
let running: Supervision[];

beforeEach(async () => {
  layout = layoutOf(await mkdtemp(join(tmpdir(), 'vestnik-supervision-')));
  running = [];
  await mkdir(layout.logs);
  await mkdir(layout.run);
});

afterEach(async () => {
  await Promise.all(running.map((each) => each.stop(1000)));
  await rm(layout.dataDir, { recursive: true, force: true });
});

/** A service whose main file is the given code; it counts its starts in the file `starts`. */
async function service(code: string): Promise<(signal: AbortSignal) => ReturnType<typeof startServiceProcess>> {
  const file = join(layout.dataDir, 'main.mjs');
  const counting = `import { appendFileSync, readFileSync } from 'node:fs'; appendFileSync('${starts()}', process.pid + '\\n');`;
  await writeFile(file, `${counting}\n${code}\n`);
  const env = { PATH: process.env.PATH };
  return (signal) => startServiceProcess({ name: 'tiny-1', file, env }, layout, signal);
}

function starts(): string {
  return join(layout.dataDir, 'starts');
}

async function startedPids(): Promise<number[]> {
  return (await readFile(starts(), 'utf8')).trim().split('\n').map(Number);
}

/** Collects reports and lets a test wait for the nth. */
function reports(): { report: (line: string) => void; nth: (count: number) => Promise<string[]> } {
  const lines: string[] = [];
  let wake = () => {};
  return {
    report(line) {
      lines.push(line);
      wake();
    },
    async nth(count) {
      while (lines.length < count) await new Promise<void>((resolve) => (wake = resolve));
      return lines.slice(0, count);
    },
  };
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

test('a process that is killed is started again, said in one line, and stopped in the end', async () => {
  const start = await service(`${SERVES} setInterval(() => {}, 1000);`);
  const { report, nth } = reports();
  const pids: number[] = [];
  let cameBack = () => {};
  const back = new Promise<void>((resolve) => (cameBack = resolve));
  const supervision = await supervise({
    name: 'tiny-1',
    report,
    backOff: { firstMs: 10, mostMs: 100, healthyMs: 60_000 },
    async start(signal) {
      const started = await start(signal);
      if (pids.push(started.pid) === 2) cameBack();
      return started;
    },
  });
  running.push(supervision);
  process.kill(pids[0] ?? 0, 'SIGKILL');
  expect(await nth(1)).toEqual(['tiny-1 was ended by SIGKILL; starting it again in 0.01 s']);
  await back;
  expect(pids[1]).not.toBe(pids[0]);
  expect(await readdir(layout.run)).toEqual(['tiny-1.pid']);
  await supervision.stop(1000);
  expect(pids.filter(isAlive)).toEqual([]);
  expect(await readdir(layout.run)).toEqual([]);
});

test('the delay doubles up to its most while a process keeps dying', async () => {
  const start = await service(`${SERVES} setTimeout(() => process.exit(3), 5);`);
  const { report, nth } = reports();
  running.push(
    await supervise({ name: 'tiny-1', report, start, backOff: { firstMs: 10, mostMs: 40, healthyMs: 60_000 } }),
  );
  const delays = (await nth(5)).map((line) => /code 3.* in (.*) s$/.exec(line)?.[1]);
  expect(delays).toEqual(['0.01', '0.02', '0.04', '0.04', '0.04']);
});

test('a process that stops in order is started again without a growing delay, and is not called crashed', async () => {
  const start = await service(`${SERVES} setTimeout(() => process.exit(0), 5);`);
  const { report, nth } = reports();
  const backOff = { firstMs: 10, mostMs: 3_600_000, healthyMs: 3_600_000 };
  running.push(await supervise({ name: 'tiny-1', report, start, backOff }));
  // With doubling delays the tenth start would come after ten seconds.
  expect(new Set(await nth(10))).toEqual(new Set(['tiny-1 stopped in order; starting it again']));
});

test('after a healthy run the delay is the first again', async () => {
  const start = await service(`${SERVES} setTimeout(() => process.exit(3), 20);`);
  const { report, nth } = reports();
  running.push(await supervise({ name: 'tiny-1', report, start, backOff: { firstMs: 10, mostMs: 40, healthyMs: 0 } }));
  for (const line of await nth(3)) expect(line).toContain(' in 0.01 s');
});

test('what ends before it serves is not tried again, and its last words are told', async () => {
  const start = await service(`console.error('PORT: must be a whole number.'); process.exit(1);`);
  const attempt = supervise({ name: 'tiny-1', report: () => {}, start });
  await expect(attempt).rejects.toThrow(/^tiny-1 ended with code 1 at once: PORT: must be a whole number\. \(log: /);
  expect(await startedPids()).toHaveLength(1);
});

test('of a stack or a structured log line the telling part is shown', async () => {
  const crash = await service(`throw new Error('the table is missing');`);
  await expect(supervise({ name: 'tiny-1', report: () => {}, start: crash })).rejects.toThrow(
    /at once: Error: the table is missing \(log/,
  );
  const entry = JSON.stringify({ level: 60, msg: 'cannot start', err: { message: 'no such stream' } });
  const logged = await service(`console.log('${entry}'); process.exit(1);`);
  await expect(supervise({ name: 'tiny-1', report: () => {}, start: logged })).rejects.toThrow(
    /at once: cannot start: error: no such stream \(log/,
  );
});

test('a process that ignores SIGTERM is ended by force within the given time', async () => {
  const start = await service(
    `process.on('SIGTERM', () => {}); process.send({ ready: true }); setInterval(() => {}, 1000);`,
  );
  const supervision = await supervise({ name: 'tiny-1', report: () => {}, start });
  await supervision.stop(50);
  expect((await startedPids()).filter(isAlive)).toEqual([]);
});

test('stopping during the pause before a new start ends the pause', async () => {
  const start = await service(`${SERVES} setTimeout(() => process.exit(3), 5);`);
  const { report, nth } = reports();
  const backOff = { firstMs: 3_600_000, mostMs: 3_600_000, healthyMs: 60_000 };
  const supervision = await supervise({ name: 'tiny-1', report, start, backOff });
  await nth(1);
  await supervision.stop(1000);
  expect(await startedPids()).toHaveLength(1);
});
