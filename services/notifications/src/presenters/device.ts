import type { Device } from '@vestnik/contracts';
import type { DeviceRow } from '../store/device-entity.ts';

/** A device as its owner sees it; the secret stays behind. */
export function presentDevice(row: DeviceRow): Device {
  return { id: row.id, provider: row.provider, target: row.target, created_at: row.createdAt.toISOString() };
}
