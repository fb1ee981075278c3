import { migrateDataService } from '@vestnik/data-service';

await migrateDataService('messages', new URL('../', import.meta.url));
