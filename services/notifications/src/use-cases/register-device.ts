import { parseDevice, VestnikError } from '@vestnik/contracts';
import type { Context, Input, Output } from '../context.ts';
import { newWebhookSecret, targetKey, targetUrl } from '../domain/device-target.ts';
import { DEVICES_PER_USER } from '../domain/limits.ts';
import { targetFault } from '../domain/target-url.ts';
import { presentDevice } from '../presenters/device.ts';
import { type DeviceRow, deviceEntity } from '../store/schema.ts';

/**
 * Registers a push target, or updates it when the user registered the same one before: it stays one device. Each reply
 * carries the signing secret of a webhook, so that a client can repeat a registration whose reply was lost.
 *
 * @throws VestnikError `bad_request` or `invalid` for a target of a wrong shape, a target that the service may not call,
 *   or one device too many.
 */
export async function registerDevice(
  { database, allowPrivateTargets }: Context,
  input: Input<'registerDevice'>,
): Promise<Output<'registerDevice'>> {
  const wanted = parseDevice(input);
  const url = targetUrl(wanted);
  const fault = url === undefined ? undefined : targetFault(url, { allowPrivate: allowPrivateTargets });
  if (fault !== undefined) throw new VestnikError('invalid', `The target's URL ${fault}`);

  const key = targetKey(wanted);
  const device = await database.em().transactional(async (em): Promise<DeviceRow> => {
    // One registration of a user at a time: two at once would not count each other.
    await em.execute('select pg_advisory_xact_lock(hashtextextended(?, 0))', [`devices of ${input.user_id}`]);
    const known = await em.findOne(deviceEntity, {
      user_id: input.user_id,
      provider: wanted.provider,
      target_key: key,
    });
    if (known) {
      known.target = wanted.target;
      if (wanted.secret !== undefined) known.secret = wanted.secret;
      return known;
    }
    if ((await em.count(deviceEntity, { user_id: input.user_id })) >= DEVICES_PER_USER) {
      throw new VestnikError('invalid', `A user may register at most ${DEVICES_PER_USER} devices`);
    }
    const created = em.create(deviceEntity, {
      user_id: input.user_id,
      provider: wanted.provider,
      target: wanted.target,
      target_key: key,
      secret: wanted.provider === 'webhook' ? (wanted.secret ?? newWebhookSecret()) : null,
      created_at: new Date(),
    });
    em.persist(created);
    return created;
  });
  return { device: { ...presentDevice(device), ...(device.secret !== null && { secret: device.secret }) } };
}
