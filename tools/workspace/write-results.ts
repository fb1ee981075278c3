import { mkdirSync, writeFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { ROOT } from '../start/layout.ts';

/** How many suites and tests a workspace has and how many of them failed. */
export type Results = {
  suites: number;
  suitesFailed: number;
  tests: number;
  testsFailed: number;
  testsSkipped: number;
};

/** The results of a workspace without a suite. */
export const NO_RESULTS: Results = { suites: 0, suitesFailed: 0, tests: 0, testsFailed: 0, testsSkipped: 0 };

/** The environment variable that names the file for the results of a run of several workspaces. */
export const RESULTS_FILE = 'VESTNIK_TEST_RESULTS';

/** What Jest tells of one suite. */
type SuiteResult = {
  testFilePath: string;
  numPassingTests: number;
  numFailingTests: number;
  numPendingTests: number;
  numTodoTests: number;
  testExecError?: unknown;
};

/** Writes the results of the workspace in whose folder this runs, where turbo keeps them with its cache. */
export function writeResults(results: Results): void {
  const folder = join(process.cwd(), '.results');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'tests.json'), `${JSON.stringify(results)}\n`);
}

/** Returns the folder of the workspace of a suite, relative to the repository. */
function workspaceOf(suite: string): string {
  const [first = '', second = ''] = relative(ROOT, suite).split(sep);
  return ['libs', 'services', 'clients'].includes(first) ? `${first}/${second}` : first;
}

function add(sum: Results, suite: SuiteResult): Results {
  const { numPassingTests, numFailingTests, numPendingTests, numTodoTests } = suite;
  const skipped = numPendingTests + numTodoTests;
  return {
    suites: sum.suites + 1,
    suitesFailed: sum.suitesFailed + (numFailingTests > 0 || suite.testExecError ? 1 : 0),
    tests: sum.tests + numPassingTests + numFailingTests + skipped,
    testsFailed: sum.testsFailed + numFailingTests,
    testsSkipped: sum.testsSkipped + skipped,
  };
}

/**
 * A reporter of Jest that writes the results of its run. With `RESULTS_FILE` it writes them by workspace to that file. Otherwise
 * it writes those of the workspace in whose folder Jest runs. A run that was interrupted has no results.
 */
export default class WriteResults {
  onRunComplete(_contexts: unknown, run: { testResults: SuiteResult[]; wasInterrupted: boolean }): void {
    if (run.wasInterrupted) return;
    const workspaces: Record<string, Results> = {};
    for (const suite of run.testResults) {
      const workspace = workspaceOf(suite.testFilePath);
      workspaces[workspace] = add(workspaces[workspace] ?? NO_RESULTS, suite);
    }
    const file = process.env[RESULTS_FILE];
    if (file) writeFileSync(file, JSON.stringify(workspaces));
    else writeResults(workspaces[relative(ROOT, process.cwd()).split(sep).join('/')] ?? NO_RESULTS);
  }
}
