import { migrateDataService } from '@vestnik/data-service';
import { schema } from './store/schema.ts';

await migrateDataService(schema);
