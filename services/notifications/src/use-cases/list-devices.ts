import type { Device } from '@vestnik/contracts';
import type { Context } from '../context.ts';
import { presentDevice } from '../presenters/device.ts';
import { deviceEntity } from '../store/device-entity.ts';

/** Returns a user's devices, oldest first, without secrets. */
export async function listDevices(
  { database }: Context,
  { user_id }: { user_id: number },
): Promise<{ devices: Device[] }> {
  const rows = await database.em().find(deviceEntity, { userId: user_id }, { orderBy: { id: 'asc' } });
  return { devices: rows.map(presentDevice) };
}
