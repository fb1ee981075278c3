import type { DeviceCount } from '@vestnik/contracts';
import { statement } from '@vestnik/database';

/** Counts the devices of users by provider and state, in this order. A user without devices has no row. */
export const countDevices = statement<DeviceCount & { user_id: number }, [userIds: readonly number[]]>(
  'count-devices',
  `select user_id, provider, state, count(*)::integer as count from devices
   where user_id = any($1::bigint[]) group by user_id, provider, state order by user_id, provider, state`,
);
