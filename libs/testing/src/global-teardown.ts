import { serviceHosts } from './service-hosts.ts';
import { testRuns } from './test-run.ts';

/** Ends the hosts of suites that ran in Jest's own process, and the test run that the setup has started. */
export default async function globalTeardown(): Promise<void> {
  await serviceHosts().end();
  await testRuns.get(globalThis)?.stop();
}
