import { runProcess } from '@vestnik/lifecycle';
import { createLogger } from '@vestnik/logging';
import { readConfig } from './config.ts';
import { startService } from './service.ts';

await runProcess(async () => {
  const config = readConfig();
  const logger = createLogger('conversations', config.logLevel);
  return { running: await startService(config, logger), logger };
});
