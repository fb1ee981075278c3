import { migrateDataService } from '@vestnik/data-service';

await migrateDataService('presence', new URL('../', import.meta.url));
