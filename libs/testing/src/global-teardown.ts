import { testRuns } from './test-run.ts';

/** Ends the test run that the setup has started. */
export default async function globalTeardown(): Promise<void> {
  await testRuns.get(globalThis)?.stop();
}
