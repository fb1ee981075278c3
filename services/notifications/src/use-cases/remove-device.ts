import { VestnikError } from '@vestnik/contracts';
import type { Context, Input, Output } from '../context.ts';
import { deleteDevices } from '../store/devices.ts';

/**
 * Removes one of the user's own devices and drops the pushes that wait for it.
 *
 * @throws VestnikError `not_found` for a device that is not the user's own, whether or not it exists.
 */
export async function removeDevice(
  { database }: Context,
  { user_id, device_id: id }: Input<'removeDevice'>,
): Promise<Output<'removeDevice'>> {
  const removed = await database.unitOfWork((em) => deleteDevices(em, { id, user_id }, 'device removed'));
  if (removed === 0) throw new VestnikError('not_found', 'There is no such device');
  return {};
}
