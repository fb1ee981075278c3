import { type DeviceInput, parseDevice, VestnikError } from '@vestnik/contracts';
import type { Context, Input, Output } from '../context.ts';
import { newWebhookSecret, targetKey, targetUrl } from '../domain/device-target.ts';
import { DEVICES_PER_USER } from '../domain/limits.ts';
import { targetFault } from '../domain/target-url.ts';
import { publishRegistration } from '../live-events.ts';
import { presentDevice } from '../presenters/device.ts';
import { deleteDevices, type EntityManager, findByKey, lockTarget, lockUser, releaseQueue } from '../store/devices.ts';
import { type DeviceRow, deviceEntity } from '../store/schema.ts';

/**
 * Registers a push target. A target has one device, in whichever spelling. Registered again by its owner, the device
 * stays and its state begins anew. Registered by another user, the target gets a new device and the pushes that wait for
 * its former owner are dropped.
 *
 * The reply carries the signing secret of a webhook once: of a new device, or one that the client gave. A client whose reply
 * was lost registers the target again with a secret of its own. The user's sockets learn of a new device, and of a new secret.
 *
 * @throws VestnikError `bad_request` or `invalid` for a target of a wrong shape, a target that the service may not call,
 *   or one device too many.
 */
export async function registerDevice(
  { bus, database, allowPrivateTargets }: Context,
  input: Input<'registerDevice'>,
): Promise<Output<'registerDevice'>> {
  const wanted = parseDevice(input);
  const url = targetUrl(wanted);
  const fault = url === undefined ? undefined : targetFault(url, { allowPrivate: allowPrivateTargets });
  if (fault !== undefined) throw new VestnikError('invalid', `The target's URL ${fault}`);

  const target_key = targetKey(wanted);
  const token = tokenColumns(input.token);
  const { device, isNew } = await database.unitOfWork(async (em) => {
    // One registration of a user at a time: two at once would not count each other.
    await lockUser(em, input.user_id);
    await lockTarget(em, target_key);
    const known = await findByKey(em, wanted.provider, target_key);
    if (known?.user_id === input.user_id) {
      return { device: await renew(em, known, { ...wanted, ...token }), isNew: wanted.secret !== undefined };
    }
    await requireRoom(em, input.user_id);
    if (known) {
      em.clear();
      await deleteDevices(em, { id: known.id }, 'device moved');
    }
    return { device: await create(em, { ...wanted, ...token, user_id: input.user_id, target_key }), isNew: true };
  });
  const shown = presentDevice(device);
  if (!isNew) return { device: shown };
  publishRegistration(bus, input.user_id, shown);
  return { device: { ...shown, ...(device.secret !== null && { secret: device.secret }) } };
}

type TokenColumns = Pick<DeviceRow, 'token_fingerprints'> & { token_issued_at: Date; token_expires_at: Date };

/** The lifetime of a token whose end is not known, in milliseconds: the longest by default. */
const LONGEST_LIFETIME_MS = 31 * 86_400_000;

/** The token that registers a device. Without one, the device belongs to the tokens that the user has now. */
function tokenColumns(token: Input<'registerDevice'>['token']): TokenColumns {
  return {
    token_issued_at: token ? new Date(token.issued_at * 1_000) : new Date(),
    token_expires_at: new Date(
      token?.expires_at === undefined ? Date.now() + LONGEST_LIFETIME_MS : token.expires_at * 1_000,
    ),
    token_fingerprints: token?.fingerprints ?? [],
  };
}

/** A verdict of an attempt that is under way judges the older version, and changes nothing. */
async function renew(
  em: EntityManager,
  device: DeviceRow,
  { target, secret, token_issued_at, token_expires_at, token_fingerprints }: DeviceInput & TokenColumns,
): Promise<DeviceRow> {
  device.target = target;
  device.token_issued_at = token_issued_at;
  device.token_expires_at = token_expires_at;
  device.token_fingerprints = token_fingerprints;
  device.is_signed_out = false;
  if (secret !== undefined) device.secret = secret;
  device.state = 'active';
  device.last_error = null;
  device.version += 1;
  await em.flush();
  await releaseQueue(em, device.id);
  return device;
}

async function requireRoom(em: EntityManager, user_id: number): Promise<void> {
  if ((await em.count(deviceEntity, { user_id })) >= DEVICES_PER_USER) {
    throw new VestnikError('invalid', `A user may register at most ${DEVICES_PER_USER} devices`);
  }
}

async function create(
  em: EntityManager,
  {
    user_id,
    target_key,
    provider,
    target,
    secret,
    ...token
  }: DeviceInput & TokenColumns & { user_id: number; target_key: string },
): Promise<DeviceRow> {
  const device = em.create(deviceEntity, {
    user_id,
    provider,
    target,
    target_key,
    secret: provider === 'webhook' ? (secret ?? newWebhookSecret()) : null,
    created_at: new Date(),
    token_issued_at: token.token_issued_at,
    token_expires_at: token.token_expires_at,
    token_fingerprints: token.token_fingerprints,
  });
  await em.persist(device).flush();
  return device;
}
