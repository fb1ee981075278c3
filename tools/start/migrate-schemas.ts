import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { DATA_SERVICES, variableOf } from '@vestnik/contracts';
import { migrateDataServices } from '@vestnik/data-service';
import { ROOT } from './layout.ts';

/**
 * Migrates the schema of each service whose address the environment has, as in `MESSAGES_DATABASE_URL`. One process does it
 * for all: the migrations of a new system take less time than the start of a process.
 */
await migrateDataServices(
  DATA_SERVICES.flatMap((name) => {
    const url = process.env[variableOf(name, 'DATABASE_URL')];
    return url ? [{ name, folder: pathToFileURL(join(ROOT, 'services', name, '/')), url }] : [];
  }),
);
