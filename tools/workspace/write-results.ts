import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** How many suites and tests a workspace has and how many of them failed. */
export type Results = {
  suites: number;
  suitesFailed: number;
  tests: number;
  testsFailed: number;
  testsSkipped: number;
};

/** What Jest counts. */
type Counts = Record<
  | 'numTotalTestSuites'
  | 'numFailedTestSuites'
  | 'numRuntimeErrorTestSuites'
  | 'numTotalTests'
  | 'numFailedTests'
  | 'numPendingTests'
  | 'numTodoTests',
  number
>;

/** The results of a workspace without a suite. */
export const NO_RESULTS: Results = { suites: 0, suitesFailed: 0, tests: 0, testsFailed: 0, testsSkipped: 0 };

/** Writes the results of the workspace in whose folder this runs, where turbo keeps them with its cache. */
export function writeResults(results: Results): void {
  const folder = join(process.cwd(), '.results');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'tests.json'), `${JSON.stringify(results)}\n`);
}

/** A reporter of Jest that writes the results of its run. */
export default class WriteResults {
  onRunComplete(_contexts: unknown, counts: Counts): void {
    writeResults({
      suites: counts.numTotalTestSuites,
      suitesFailed: counts.numFailedTestSuites + counts.numRuntimeErrorTestSuites,
      tests: counts.numTotalTests,
      testsFailed: counts.numFailedTests,
      testsSkipped: counts.numPendingTests + counts.numTodoTests,
    });
  }
}
