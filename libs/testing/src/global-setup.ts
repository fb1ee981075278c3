import { RUN_FOLDER } from './run-folder.ts';
import { SHARED_POSTGRES } from './shared-postgres.ts';
import { startTestRun, testRuns } from './test-run.ts';

/** Starts a test run, unless the run of several workspaces has started one for all of them. */
export default async function globalSetup(): Promise<void> {
  if (!process.env[SHARED_POSTGRES]) {
    const testRun = await startTestRun();
    testRuns.set(globalThis, testRun);
    Object.assign(process.env, testRun.environment);
  }
  process.env['TMPDIR'] = process.env[RUN_FOLDER];
}
