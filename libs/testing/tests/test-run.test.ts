import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, test } from '@jest/globals';
import { RUN_FOLDER } from '../src/run-folder.ts';
import { until } from '../src/until.ts';

/** A run that starts a process which ends by force only, and says where its files are. */
const PROGRAM = `
  import { spawn } from 'node:child_process';
  import { startTestRun } from '${fileURLToPath(new URL('../src/test-run.ts', import.meta.url))}';
  const run = await startTestRun();
  const deaf = spawn(process.execPath, ['-e', "process.on('SIGTERM', () => {}); setInterval(() => {}, 1000)"], {
    env: { ...process.env, ...run.environment },
    stdio: 'ignore',
    detached: true,
  });
  process.on('message', () => run.stop().then(() => process.exit(0), (error) => {
    process.send({ left: error.message });
    process.exit(1);
  }));
  process.send({ folder: run.environment['${RUN_FOLDER}'], pid: deaf.pid });
`;

const running = new Set<ChildProcess>();
afterEach(() => {
  for (const child of running) child.kill('SIGKILL');
  running.clear();
});

async function startRun(): Promise<{ child: ChildProcess; folder: string; pid: number }> {
  const args = ['--disable-warning=ExperimentalWarning', '--input-type=module', '-e', PROGRAM];
  const child = spawn(process.execPath, args, {
    env: { PATH: process.env['PATH'] },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  running.add(child);
  const [{ folder, pid }] = (await once(child, 'message')) as [{ folder: string; pid: number }];
  expect([existsSync(folder), isAlive(pid)]).toEqual([true, true]);
  return { child, folder, pid };
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

test('a run that is killed leaves neither files nor processes behind', async () => {
  const { child, folder, pid } = await startRun();
  child.kill('SIGKILL');
  await until('everything is gone', () => !existsSync(folder) && !isAlive(pid));
});

test('the end of a run kills what a suite has left behind, and names it', async () => {
  const { child, folder, pid } = await startRun();
  child.send('stop');
  const [{ left }] = (await once(child, 'message')) as [{ left: string }];
  expect(left).toMatch(new RegExp(`^Suites left processes behind:\n${pid} `));
  await until('everything is gone', () => !existsSync(folder) && !isAlive(pid));
});
