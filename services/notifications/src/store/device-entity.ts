import { defineEntity, type InferEntity, p } from '@mikro-orm/core';
import type { PushProvider } from '@vestnik/contracts';

/** A push target of a user. */
export const deviceEntity = defineEntity({
  name: 'Device',
  tableName: 'devices',
  properties: {
    id: p.bigint('number').primary().autoincrement(),
    userId: p.bigint('number'),
    provider: p.string().$type<PushProvider>(),
    target: p.json<Record<string, unknown>>(),
    /** Two targets of one provider with the same key are the same target. */
    targetKey: p.string(),
    /** The signing secret of a webhook; null for all others. */
    secret: p.string().nullable(),
    createdAt: p.datetime(),
  },
});

/** One row of devices. */
export type DeviceRow = InferEntity<typeof deviceEntity>;
