import type { Schema } from '@vestnik/database';

/** The schema of messages. */
export const schema: Schema = {
  name: 'messages',
  folder: new URL('../../', import.meta.url),
  entities: [],
};
