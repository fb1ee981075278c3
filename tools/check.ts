import { availableParallelism } from 'node:os';
import { runTurbo } from './workspace/run-turbo.ts';

/**
 * The checks of the whole repository at once. Lint and types are among them: a program for each workspace would read every
 * library again.
 */
const WHOLE = [
  'check:lint',
  'check:types',
  'check:prose',
  'check:boundaries',
  'check:unused',
  'check:package',
  'check:api',
  'check:generated',
  'check:format',
  'check:lock',
];
/** Workspaces with types of a browser, which are checked by themselves. */
const BY_THEMSELVES = ['@vestnik/web#check'];

/** Checks what has changed since it passed last, and shows what fails; with a filter only the workspaces that it names. */
const args = process.argv.slice(2);
const tasks = args.some((arg) => arg.startsWith('--filter')) ? ['check'] : [...WHOLE, ...BY_THEMSELVES];
const code = await runTurbo([
  ...tasks,
  `--concurrency=${availableParallelism()}`,
  ...args,
  '--output-logs=errors-only',
]);
process.stdout.write(`\n${code === 0 ? 'All checks passed' : 'Checks failed: see above'}\n`);
process.exitCode = code;
