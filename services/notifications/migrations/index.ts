import type { NamedMigration } from '@vestnik/database';
import { CreateTables } from './20260101000000-create-tables.ts';
import { HoldPushes } from './20260201000000-hold-pushes.ts';
import { QueuePushes } from './20260301000000-queue-pushes.ts';

/** Every migration of this schema, in the order in which they run. A name, once released, never changes. */
export const migrations: NamedMigration[] = [
  { name: '20260101000000-create-tables', class: CreateTables },
  { name: '20260201000000-hold-pushes', class: HoldPushes },
  { name: '20260301000000-queue-pushes', class: QueuePushes },
];
