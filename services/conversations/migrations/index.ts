import type { NamedMigration } from '@vestnik/database';
import { CreateTables } from './create-tables.ts';

/** The migrations of the schema, in the order in which they run; a name never changes once it ran anywhere. */
export const migrations: NamedMigration[] = [{ name: '0001-create-tables', class: CreateTables }];
