import type { Device } from '@vestnik/contracts';
import type { DeviceRow } from '../store/schema.ts';

/** Shapes a device as its owner sees it, without the secret. */
export function presentDevice(row: DeviceRow): Device {
  const { id, provider, target, created_at, state, last_error } = row;
  return { id, provider, target, created_at: created_at.toISOString(), state, last_error: last_error ?? null };
}
