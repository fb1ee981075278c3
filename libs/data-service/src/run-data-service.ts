import type { ServiceConfig } from '@vestnik/config';
import type { DataService } from '@vestnik/contracts';
import { type Running, runProcess } from '@vestnik/lifecycle';
import { createLogger, type Logger } from '@vestnik/logging';

/** Runs a data service as a process: reads its settings, creates its logger, starts it, and stops it on a signal. */
export function runDataService<Config extends ServiceConfig>(
  name: DataService,
  readConfig: () => Readonly<Config>,
  startService: (config: Readonly<Config>, logger: Logger) => Promise<Running>,
): Promise<void> {
  return runProcess(async () => {
    const config = readConfig();
    const logger = createLogger(name, config.logLevel);
    return { running: await startService(config, logger), logger };
  });
}
