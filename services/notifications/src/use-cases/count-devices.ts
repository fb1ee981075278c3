import type { Context, Input, Output } from '../context.ts';
import { countDevices as countStatement } from '../store/device-counts.ts';

/** Counts the devices of users by provider and state, for the admins of their company. */
export async function countDevices(
  { database }: Context,
  { user_ids }: Input<'countDevices'>,
): Promise<Output<'countDevices'>> {
  return { counts: await database.query(countStatement, [user_ids]) };
}
