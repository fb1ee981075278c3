import { isForeseen, type Running, startInOrder } from '@vestnik/lifecycle';
import { createLogger, type LogLevel } from '@vestnik/logging';
import type { HostRequest, Wanted } from './service-hosts.ts';

/**
 * Runs services in one process that are processes of their own everywhere else, so that a suite that is not about processes
 * starts quickly. One suite after the other uses it: each starts services and stops them in order. A start or a stop that fails
 * ends the process.
 */
const logger = createLogger('tests', 'info');
let running: Running | undefined;

process.on('disconnect', () => process.exit());
process.on('message', (request: HostRequest) => {
  answer(request).catch((error: unknown) => {
    const text = error instanceof Error ? (isForeseen(error) ? error.message : error.stack) : String(error);
    process.stderr.write(`${text}\n`, () => process.exit(1));
  });
});

async function answer(request: HostRequest): Promise<void> {
  if ('start' in request) {
    running = await startAll(request.start);
    process.send?.({ ready: true });
    return;
  }
  await running?.stop();
  running = undefined;
  logger.info(request.idle);
}

function startAll(wanted: readonly Wanted[]): Promise<Running> {
  return startInOrder(async (onStop) => {
    const startEach = async (which: readonly Wanted[]) => {
      const starts = which.map(async (each) => {
        const { stop } = await start(each);
        onStop(stop);
      });
      await Promise.allSettled(starts);
      await Promise.all(starts);
    };
    await startEach(wanted.filter(({ service }) => service !== 'gateway'));
    await startEach(wanted.filter(({ service }) => service === 'gateway'));
  });
}

async function start({ service, env }: Wanted): Promise<Running> {
  const source = (file: string) => new URL(`../../../services/${service}/src/${file}`, import.meta.url).href;
  const { readConfig } = await import(source('config.ts'));
  const { startService } = await import(source('service.ts'));
  return startService(readConfig(env), createLogger(service, env['LOG_LEVEL'] as LogLevel));
}
