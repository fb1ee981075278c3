import type { Logger } from '@vestnik/logging';
import { isForeseen } from './foreseen.ts';
import type { Running } from './running.ts';

/** Longest time for an orderly stop, in milliseconds; `npm start` promises ten seconds for the whole system. */
const STOP_DEADLINE_MS = 8_000;

/**
 * Runs a service as a process: creates it, tells the parent that it is ready, and stops it in order on SIGTERM, on
 * SIGINT, or when the parent that supervises it has gone. After a fault at the start the process ends by itself, with code
 * 1; a broken setting is one line without a stack. A stop that takes too long ends it with code 1 too.
 */
export async function runProcess(create: () => Promise<{ running: Running; logger: Logger }>): Promise<void> {
  let started: { running: Running; logger: Logger };
  try {
    started = await create();
  } catch (error) {
    process.stderr.write(`${explain(error)}\n`);
    process.exitCode = 1;
    setTimeout(() => {
      process.stderr.write('What was started before the fault is still open\n', () => process.exit(1));
    }, STOP_DEADLINE_MS).unref();
    return;
  }
  const { running, logger } = started;
  const stop = once(async (reason: string) => {
    logger.info({ reason }, 'stopping');
    setTimeout(() => {
      logger.fatal('stopping took too long');
      process.exit(1);
    }, STOP_DEADLINE_MS).unref();
    await running.stop();
    logger.info('stopped');
    process.exit(0);
  });
  const stopFor = (reason: string) => () => {
    stop(reason).catch((error: unknown) => {
      logger.fatal({ err: error }, 'stopping failed');
      process.exit(1);
    });
  };
  process.on('SIGTERM', stopFor('SIGTERM'));
  process.on('SIGINT', stopFor('SIGINT'));
  process.on('disconnect', stopFor('parent gone'));
  logger.info('ready');
  process.send?.({ ready: true });
}

/** One line for a foreseen fault at the start; the stack only for faults that nobody foresaw. */
function explain(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return isForeseen(error) ? error.message : (error.stack ?? error.message);
}

function once<Argument>(run: (argument: Argument) => Promise<void>): (argument: Argument) => Promise<void> {
  let result: Promise<void> | undefined;
  return (argument) => {
    result ??= run(argument);
    return result;
  };
}
