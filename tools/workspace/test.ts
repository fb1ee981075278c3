import { relative, sep } from 'node:path';
import { ROOT } from '../start/layout.ts';
import { resultsOfCommonRun } from './common-run.ts';
import { jestFlags, runJest } from './run-jest.ts';
import { NO_RESULTS, writeResults } from './write-results.ts';

/**
 * Runs the suites of the workspace in whose folder it runs, or those of them that the arguments name. When a common run has
 * tested these sources already, it only repeats the outcome.
 */
const known = resultsOfCommonRun(relative(ROOT, process.cwd()).split(sep).join('/'));
writeResults(known ?? NO_RESULTS);
process.exitCode = known
  ? Math.min(1, known.suitesFailed)
  : await runJest([...process.argv.slice(2), `--roots=${process.cwd()}`, ...jestFlags()]);
