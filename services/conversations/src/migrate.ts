import { migrateDataService } from '@vestnik/data-service';

await migrateDataService('conversations', new URL('../', import.meta.url));
