import type { Schema } from '@vestnik/database';
import { deviceEntity } from './device-entity.ts';

/** The schema of notifications. */
export const schema: Schema = {
  name: 'notifications',
  folder: new URL('../../', import.meta.url),
  entities: [deviceEntity],
};
