import { migrateDataService } from '@vestnik/data-service';

await migrateDataService('notifications', new URL('../', import.meta.url));
