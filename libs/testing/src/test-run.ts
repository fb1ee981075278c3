import { spawn } from 'node:child_process';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startPostgres } from '@vestnik/servers';
import { killAll, processesOfRun, RUN_FOLDER, removeRunFolder } from './run-folder.ts';
import { SHARED_POSTGRES, TEST_SETTINGS } from './shared-postgres.ts';
import { measureSlowness, patience, SLOWNESS } from './slowness.ts';
import { copyTemplate } from './template.ts';
import { until } from './until.ts';

/** How long the processes of suites may take to end after their suites, in milliseconds. */
const END_WITHIN_MS = 3_000;

/** A test run: one folder for all its files, and one PostgreSQL in which each suite makes itself a database. */
export interface TestRun {
  /** Variables for the environment of the processes that run suites. */
  environment: Record<string, string>;
  /**
   * Stops the server and removes the folder.
   *
   * @throws Error when a suite has left a process behind; the process is killed.
   */
  stop(): Promise<void>;
}

/** The test run that Jest's setup hands to its teardown, which runs in the same process. */
export const testRuns = new WeakMap<object, TestRun>();

/** Starts a test run. A process of its own, the janitor, removes all of it when this process is gone before the stop. */
export async function startTestRun(): Promise<TestRun> {
  const folder = await mkdtemp(join(tmpdir(), 'vestnik-tests-'));
  const endJanitor = startJanitor(folder);
  const dataDir = join(folder, 'postgres');
  await copyTemplate(dataDir);
  const postgres = await startPostgres({
    dataDir,
    logFile: join(folder, 'postgres.log'),
    settings: { ...TEST_SETTINGS, max_connections: '400', shared_buffers: '256MB' },
  });
  return {
    environment: {
      [RUN_FOLDER]: folder,
      [SHARED_POSTGRES]: postgres.url,
      [SLOWNESS]: String(measureSlowness()),
    },
    async stop() {
      await postgres.stop();
      let left = await processesOfRun(folder);
      const areGone = async () => {
        left = await processesOfRun(folder);
        return left.length === 0;
      };
      await until('all processes have ended', areGone, patience(END_WITHIN_MS)).catch(() => undefined);
      killAll(left);
      await removeRunFolder(folder);
      endJanitor();
      if (left.length === 0) return;
      const commands = left.map(({ pid, command }) => `${pid} ${command.slice(0, 200)}`);
      throw new Error(`Suites left processes behind:\n${commands.join('\n')}`);
    },
  };
}

/** Starts the janitor and returns what ends it. */
function startJanitor(folder: string): () => void {
  const file = fileURLToPath(new URL('janitor.ts', import.meta.url));
  const janitor = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', file, folder], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
    env: { PATH: process.env['PATH'] },
  });
  // Neither the janitor nor the pipe to it keeps this process alive.
  janitor.unref();
  (janitor.stdin as unknown as { unref(): void }).unref();
  return () => janitor.stdin.destroy();
}
