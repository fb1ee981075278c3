import type { Context, Input, Output } from '../context.ts';
import { presentDevice } from '../presenters/device.ts';
import { deviceEntity } from '../store/schema.ts';

/** Returns a user's devices, oldest first, without secrets. */
export async function listDevices(
  { database }: Context,
  { user_id }: Input<'listDevices'>,
): Promise<Output<'listDevices'>> {
  const rows = await database.em().find(deviceEntity, { user_id }, { orderBy: { id: 'asc' } });
  return { devices: rows.map(presentDevice) };
}
