import type { Context } from '../context.ts';
import { targetKey } from '../domain/device-target.ts';
import { deleteDevices, findOldKeys, lockTarget, replaceKey } from '../store/devices.ts';

/** Devices that one run looks at. */
const BATCH = 100;

/**
 * Computes the keys of devices again that an older release registered, whose keys did not fold the spellings of a target.
 * Of several devices with one target the newest one stays. Returns whether there may be more devices to look at now.
 */
export async function canonicalizeTargets({ database, logger }: Context): Promise<boolean> {
  return await database.unitOfWork(async (em) => {
    const devices = await findOldKeys(em, BATCH);
    for (const device of devices) {
      const key = targetKey(device);
      await lockTarget(em, key);
      if (!(await replaceKey(em, device, key))) {
        await deleteDevices(em, { id: device.id }, 'device moved');
        logger.info({ device_id: device.id }, 'a newer device has the same target');
      }
    }
    return devices.length === BATCH;
  });
}
