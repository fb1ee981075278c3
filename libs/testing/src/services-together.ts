import { once } from 'node:events';
import type { ServiceName } from '@vestnik/contracts';
import type { Running } from '@vestnik/lifecycle';
import { runProcess, startInOrder } from '@vestnik/lifecycle';
import { createLogger, type LogLevel } from '@vestnik/logging';

/** A service to run, and the environment in which it would run as a process of its own. */
interface Wanted {
  service: ServiceName;
  env: Record<string, string>;
}

/**
 * Runs services in one process that are processes of their own everywhere else, so that a suite that is not about processes
 * starts quickly. The parent's first message says which.
 */
await runProcess(async () => {
  const [wanted] = (await once(process, 'message')) as [Wanted[]];
  const running = await startInOrder(async (onStop) => {
    const startAll = async (which: Wanted[]) => {
      const starts = which.map(async (each) => {
        const { stop } = await start(each);
        onStop(stop);
      });
      await Promise.allSettled(starts);
      await Promise.all(starts);
    };
    await startAll(wanted.filter(({ service }) => service !== 'gateway'));
    await startAll(wanted.filter(({ service }) => service === 'gateway'));
  });
  return { running, logger: createLogger('tests', 'info') };
});

async function start({ service, env }: Wanted): Promise<Running> {
  const source = (file: string) => new URL(`../../../services/${service}/src/${file}`, import.meta.url).href;
  const { readConfig } = await import(source('config.ts'));
  const { startService } = await import(source('service.ts'));
  return startService(readConfig(env), createLogger(service, env['LOG_LEVEL'] as LogLevel));
}
