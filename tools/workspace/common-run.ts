import { mkdir, readFile, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ROOT } from '../start/layout.ts';
import { jestFlags, runJest } from './run-jest.ts';
import type { PlannedTask } from './run-turbo.ts';
import { NO_RESULTS, RESULTS_FILE, type Results } from './write-results.ts';

/** The outcome of a common run for one workspace. */
export type Outcome = {
  /** The hash that turbo gave to the sources before the run. */
  hash: string;
  results: Results;
};

/** The environment variable that tells the tests of a workspace what a common run found out, by folder. */
const OUTCOMES = 'VESTNIK_TEST_OUTCOMES';

/** A run of the suites of several workspaces. */
export type CommonRun = {
  /** Jest's exit code. */
  code: number;
  /** Variables for turbo, with which the tests of each workspace repeat the outcome; undefined when the run broke off. */
  environment: Record<string, string> | undefined;
};

/**
 * Tests workspaces in one run of Jest, so that suites of one workspace fill the time in which suites of another wait. No
 * workspace waits alone for its longest suite.
 */
export async function runTogether(tasks: readonly PlannedTask[]): Promise<CommonRun> {
  const file = join(ROOT, '.results', 'run.json');
  await mkdir(dirname(file), { recursive: true });
  await rm(file, { force: true });
  const roots = tasks.map(({ directory }) => `--roots=${join(ROOT, directory)}`);
  const code = await runJest([...roots, ...jestFlags()], { [RESULTS_FILE]: file });
  const text = await readFile(file, 'utf8').catch(() => undefined);
  if (text === undefined) return { code: code || 1, environment: undefined };
  const results = JSON.parse(text) as Record<string, Results>;
  const outcomes = tasks.map(({ directory, hash }) => [
    directory,
    { hash, results: results[directory] ?? NO_RESULTS } satisfies Outcome,
  ]);
  return { code, environment: { [OUTCOMES]: JSON.stringify(Object.fromEntries(outcomes)) } };
}

/**
 * Returns the results of a workspace in the common run of which turbo tells; undefined when there was none. The sources may have
 * changed since; then the workspace has another hash, and its suites have to run again.
 */
export function resultsOfCommonRun(directory: string): Results | undefined {
  const outcomes = JSON.parse(process.env[OUTCOMES] ?? '{}') as Record<string, Outcome>;
  const outcome = outcomes[directory];
  return outcome?.hash === process.env['TURBO_HASH'] ? outcome?.results : undefined;
}
