import { LockMode } from '@mikro-orm/core';
import type { PushProvider } from '@vestnik/contracts';
import { type Database, lockInUnit } from '@vestnik/database';
import { KEY_FORM } from '../domain/device-target.ts';
import type { SkipReason } from '../domain/skip-reason.ts';
import { type DeviceRow, deviceEntity, queueEntity } from './schema.ts';

/** A unit of work inside a transaction. */
export type EntityManager = ReturnType<Database['em']>;

/** Why a device is deleted, and with it the pushes that wait for it are skipped. */
export type DeletionReason = Extract<SkipReason, 'device removed' | 'device gone' | 'device moved'>;

/** Waits for other registrations of the same user. */
export async function lockUser(em: EntityManager, userId: number): Promise<void> {
  await lockInUnit(em, `devices of ${userId}`, 'first');
}

/** Waits for other registrations of the same target. */
export async function lockTarget(em: EntityManager, key: string): Promise<void> {
  await lockInUnit(em, `target ${key}`, 'second');
}

/** Returns and locks the device of a target; null when the target has none. */
export function findByKey(em: EntityManager, provider: PushProvider, target_key: string): Promise<DeviceRow | null> {
  return em.findOne(deviceEntity, { provider, target_key }, { lockMode: LockMode.PESSIMISTIC_WRITE });
}

/**
 * Deletes devices and skips the pushes that wait for them. Returns how many devices it deleted. A push that is recorded at
 * the same moment stays in the device's queue, and the next claim skips it.
 */
export async function deleteDevices(
  em: EntityManager,
  where: { id: number | number[]; user_id?: number; version?: number },
  reason: DeletionReason,
): Promise<number> {
  const deleted = await em.nativeDelete(deviceEntity, where);
  if (deleted === 0) return 0;
  const ids = [where.id].flat();
  // Literal states: only these let Postgres use the partial indexes.
  for (const state of ['pending', 'held']) {
    await em.execute(
      `update pushes set state = 'skipped', reason = ?, next_attempt_at = null, held_at = null, done_at = now()
       where state = '${state}' and device_id = any(?::bigint[])`,
      [reason, `{${ids.join(',')}}`],
    );
  }
  await em.nativeDelete(queueEntity, { device_id: { $in: ids }, due_at: null });
  return deleted;
}

/** Ends the isolation and the pause of a device, whose owner registered it again. */
export async function releaseQueue(em: EntityManager, deviceId: number): Promise<void> {
  await em.nativeUpdate(queueEntity, { device_id: deviceId }, { isolated: false, paused_until: null });
}

/** A device whose key is in the form of an older release. */
export type OldKey = Pick<DeviceRow, 'id' | 'provider' | 'target'>;

/** Returns and locks at most `limit` devices whose keys are in the form of an older release, the newest first. */
export function findOldKeys(em: EntityManager, limit: number): Promise<OldKey[]> {
  return em.execute(
    `select id, provider, target from devices where target_key not like '${KEY_FORM}%' order by id desc limit ?
     for update skip locked`,
    [limit],
  );
}

/** Gives a device a new key. Returns false when another device has this key already. */
export async function replaceKey(em: EntityManager, { id, provider }: OldKey, key: string): Promise<boolean> {
  if ((await em.count(deviceEntity, { provider, target_key: key })) > 0) return false;
  await em.nativeUpdate(deviceEntity, { id }, { target_key: key });
  return true;
}
