import { runDataService } from '@vestnik/data-service';
import { readConfig } from './config.ts';
import { startService } from './service.ts';

await runDataService('companies', readConfig, startService);
