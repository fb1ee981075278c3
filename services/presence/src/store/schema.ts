import { defineEntity, p } from '@mikro-orm/core';
import type { Schema } from '@vestnik/database';

/** A living gateway. `users` is the number of its rows in `connections`, so that a beat reads one row. */
const gatewayEntity = defineEntity({
  name: 'Gateway',
  tableName: 'gateways',
  properties: {
    gateway_id: p.text().primary(),
    last_beat_at: p.datetime().defaultRaw('now()'),
    users: p
      .integer()
      .default(0)
      .check('users >= 0')
      .comment('Rows of this gateway in connections, counted as they change'),
  },
});

/** A user on a gateway. */
const connectionEntity = defineEntity({
  name: 'Connection',
  tableName: 'connections',
  properties: {
    gateway_id: () =>
      p
        .manyToOne(gatewayEntity)
        .mapToPk()
        .primary()
        .fieldName('gateway_id')
        .foreignKeyName('connections_gateway_id_fkey'),
    user_id: p.bigint('number').primary(),
    /** All sockets of the user on this gateway are idle. */
    is_idle: p.boolean().default(false),
  },
  indexes: [{ name: 'connections_of_user', properties: ['user_id'] }],
});

/** The status of a user who has ever been connected. */
const userEntity = defineEntity({
  name: 'User',
  tableName: 'users',
  properties: {
    user_id: p.bigint('number').primary().autoincrement(false),
    is_online: p.boolean().default(false),
    announced_online: p.boolean().default(false).comment('What was last published of this user'),
    last_seen: p.datetime().nullable(),
    offline_due_at: p.datetime().nullable().comment('Set while online without a connection: the end of the grace'),
  },
  checks: [{ name: 'users_check', expression: 'offline_due_at is null or is_online' }],
  indexes: [
    { name: 'users_offline_due', properties: ['offline_due_at'], where: 'offline_due_at is not null' },
    { name: 'users_unannounced', properties: ['user_id'], where: 'is_online <> announced_online' },
    { name: 'users_online', properties: ['user_id'], where: 'is_online' },
  ],
});

/** The schema of presence. */
export const schema: Schema = {
  name: 'presence',
  folder: new URL('../../', import.meta.url),
  entities: [gatewayEntity, connectionEntity, userEntity],
};
