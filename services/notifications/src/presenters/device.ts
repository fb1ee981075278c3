import type { Device } from '@vestnik/contracts';
import type { DeviceRow } from '../store/schema.ts';

/** Shapes a device as its owner sees it, without the secret. */
export function presentDevice(row: DeviceRow): Device {
  return { id: row.id, provider: row.provider, target: row.target, created_at: row.created_at.toISOString() };
}
