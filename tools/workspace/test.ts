import { join } from 'node:path';
import { ROOT } from '../start/layout.ts';
import { runJest } from './run-jest.ts';
import { NO_RESULTS, writeResults } from './write-results.ts';

/** Runs the suites of the workspace in whose folder it runs, or those of them that the arguments name. */
writeResults(NO_RESULTS);
process.exitCode = await runJest([
  `--roots=${process.cwd()}`,
  '--ci',
  '--passWithNoTests',
  '--reporters=default',
  `--reporters=${join(ROOT, 'tools', 'workspace', 'write-results.ts')}`,
  ...process.argv.slice(2),
]);
