import type { NamedMigration } from '@vestnik/database';
import { CreatePresence } from './0001-create-presence.ts';

/** Every migration of presence, oldest first. */
export const migrations: NamedMigration[] = [{ name: '0001-create-presence', class: CreatePresence }];
