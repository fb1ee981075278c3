import type { Context } from '../context.ts';
import { heldPushes, settlePushes } from '../store/held.ts';
import { findConnected } from '../upstream/presence.ts';

/** Seconds after which a held push is settled: gateways report sockets at once, and beat every 2 s. */
const HOLD_SECONDS = 2;
/** Pushes that one run looks at. */
const BATCH = 5_000;

/**
 * Settles held pushes, whose users looked connected.
 *
 * - Presence has heard the user's gateway since: the message reached the socket, and the push is skipped.
 * - The user is not connected any more: the push is due. A user who reconnected meanwhile got a `resync`.
 * - Neither is sure: the gateway may have died. The push stays held until presence takes the silent gateway down.
 *
 * Returns whether there may be more pushes to settle now.
 *
 * @throws VestnikError `unavailable` when presence is away; every push stays held.
 */
export async function settleHeldPushes(context: Context): Promise<boolean> {
  const { bus, database } = context;
  const held = await heldPushes(database, HOLD_SECONDS, BATCH);
  if (held.length === 0) return false;
  const userIds = held.map((push) => push.user_id);
  const heardAt = await findConnected(bus, userIds);
  const settled = held.flatMap(({ id, user_id, held_at }) => {
    const heard = heardAt.get(user_id);
    if (heard === undefined) return [{ id, connected: false }];
    return heard > Date.parse(held_at) ? [{ id, connected: true }] : [];
  });
  const ended = settled.length === 0 ? [] : await settlePushes(database, settled);
  for (const { provider, state } of ended) if (state === 'skipped') context.count(provider, 'skipped');
  if (ended.some(({ state }) => state === 'pending')) context.wakeDispatcher();
  return held.length === BATCH && settled.length > 0;
}
