import type { Context } from '../context.ts';
import { heldPushes, settlePushes } from '../store/held.ts';
import { connectedAmong } from '../upstream/presence.ts';

/** Seconds after which a held push is looked at: gateways tell of sockets at once, and are heard every 2 s. */
const HOLD_SECONDS = 2;
/** Pushes looked at in one go. */
const BATCH = 5_000;

/**
 * Looks again at pushes whose users looked connected. They were, if the gateway that holds their socket has been heard
 * since: it got the message, and so did they. If they are not connected any more, the push is due. While neither is sure,
 * the gateway may have died without a word; presence takes it down when it has been silent for long enough. Who came back
 * in between was told on the way what they had missed.
 *
 * Returns whether there may be more to look at now.
 *
 * @throws VestnikError `unavailable` when presence is away; everything stays held.
 */
export async function settleHeld(context: Context): Promise<boolean> {
  const { database } = context;
  const held = await heldPushes(database, HOLD_SECONDS, BATCH);
  if (held.length === 0) return false;
  const heardAt = await connectedAmong(
    context,
    held.map((push) => push.user_id),
  );
  const settled = held.flatMap(({ id, user_id, held_at }) => {
    const heard = heardAt.get(user_id);
    if (heard === undefined) return [{ id, connected: false }];
    return heard > Date.parse(held_at) ? [{ id, connected: true }] : [];
  });
  const ended = settled.length === 0 ? [] : await settlePushes(database, settled);
  for (const { provider, state } of ended) if (state === 'skipped') context.count(provider, 'skipped');
  if (ended.some(({ state }) => state === 'pending')) context.wakeDelivery();
  return held.length === BATCH && settled.length > 0;
}
