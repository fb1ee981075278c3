import type { Environment } from '@vestnik/config';
import { explain } from './fault.ts';
import type { Progress } from './progress.ts';
import { runServiceCommand } from './service-process.ts';

/**
 * Builds the web messenger where its sources have changed since it was built, as one step. A build that fails is a line: the
 * rest of the system runs without the page.
 */
export async function buildWebMessenger(
  environment: Environment,
  progress: Progress,
  signal: AbortSignal,
): Promise<void> {
  try {
    await progress.step('Web messenger', () =>
      runServiceCommand({ name: 'its build', file: 'clients/web/tools/build.ts', env: environment }, signal),
    );
  } catch (error) {
    signal.throwIfAborted();
    progress.say(`  The web messenger is not built, and all else runs: ${explain(error)}`);
  }
}
