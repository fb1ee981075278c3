import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ROOT } from './start/layout.ts';
import { stopwatch } from './start/progress.ts';
import { runTogether } from './workspace/common-run.ts';
import { runJest } from './workspace/run-jest.ts';
import { type PlannedTask, planTurbo, runTurbo } from './workspace/run-turbo.ts';
import type { Results } from './workspace/write-results.ts';

/** Arguments that are about workspaces; with any other the tests are Jest's alone, as for a path or a title. */
const OF_TURBO = /^--(ci|force|filter=.*)$/;

const args = process.argv.slice(2);
process.exitCode = args.every((arg) => OF_TURBO.test(arg)) ? await testWorkspaces() : await runJest(args);

/** Tests every workspace that has changed since it passed last, in one run of Jest for all; turbo keeps what passed. */
async function testWorkspaces(): Promise<number> {
  const took = stopwatch();
  const tasks = ['test', ...args.filter((arg) => arg !== '--ci')];
  const tests = (await planTurbo(tasks)).filter(({ taskId }) => taskId.endsWith('#test'));
  const fresh = args.includes('--force') ? tests : tests.filter(({ cache }) => cache.status === 'MISS');
  const run = fresh.length > 0 ? await runTogether(fresh) : { code: 0, environment: {} };
  if (!run.environment) return run.code;
  const noted = await runTurbo([...tasks, '--output-logs=none'], run.environment);
  const code = run.code || noted;
  process.stdout.write(`${await summary(tests, fresh.length, code, took())}\n`);
  return code;
}

async function summary(tests: PlannedTask[], fresh: number, code: number, took: string): Promise<string> {
  const results = await Promise.all(tests.map(({ directory }) => readResults(directory)));
  const sum = (name: keyof Results) =>
    results.reduce((total, each) => total + (each?.[name] ?? 0), 0).toLocaleString('en');
  const passed = code === 0 && results.every((each) => each && each.suitesFailed + each.testsFailed === 0);
  const counts = passed
    ? `All passed: ${sum('suites')} suites, ${sum('tests')} tests`
    : `Failed: ${sum('suitesFailed')} of ${sum('suites')} suites, ${sum('testsFailed')} of ${sum('tests')} tests`;
  const skipped = sum('testsSkipped') === '0' ? '' : `, ${sum('testsSkipped')} skipped`;
  const unchanged = tests.length - fresh;
  const cached = unchanged === 0 ? '' : ` (${unchanged} of them unchanged since they passed)`;
  return `\n${counts}${skipped}, in ${tests.length} workspaces${cached}; ${took}`;
}

async function readResults(directory: string): Promise<Results | undefined> {
  const text = await readFile(join(ROOT, directory, '.results', 'tests.json'), 'utf8').catch(() => undefined);
  return text === undefined ? undefined : (JSON.parse(text) as Results);
}
