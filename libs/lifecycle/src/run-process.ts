import type { Logger } from '@vestnik/logging';
import { isForeseen } from './foreseen.ts';
import type { Running } from './running.ts';

/** Milliseconds of an orderly stop at most; `npm start` promises ten seconds for the whole system. */
const STOP_DEADLINE_MS = 8_000;

/**
 * Runs a service as a process: creates it, and reports to the parent that it is ready. The service stops in order on SIGTERM,
 * on SIGINT, or when its parent has gone. After an error at the start, the process ends with code 1; a broken setting is one
 * line without a stack. A stop that takes too long ends the process with code 1 too.
 */
export async function runProcess(create: () => Promise<{ running: Running; logger: Logger }>): Promise<void> {
  let started: { running: Running; logger: Logger };
  try {
    started = await create();
  } catch (error) {
    process.stderr.write(`${explain(error)}\n`);
    process.exitCode = 1;
    setTimeout(() => {
      process.stderr.write('Parts that started before the error are still open\n', () => process.exit(1));
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

/** Returns one line for a foreseen error at the start, and the stack for all others. */
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
