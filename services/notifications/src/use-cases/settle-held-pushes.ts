import type { Context } from '../context.ts';
import { type HeldPush, heldPushes, settlePushes } from '../store/held.ts';
import { findConnected } from '../upstream/presence.ts';

/** Seconds after which a held push is settled: gateways report sockets at once, and beat every 2 s. */
const HOLD_SECONDS = 2;
/** Pushes that one request of presence asks for. */
const BATCH = 5_000;

/**
 * Settles held pushes, whose users looked connected.
 *
 * - Presence has heard the user's gateway since: the message reached the socket, and the push is skipped. A user who wants
 *   pushes for messages that stay unread (`pushAfterSeconds`) gets the push at that time.
 * - The user is not connected any more: the push is due. A user who reconnected meanwhile got a `resync`.
 * - Neither is sure: the gateway may have died. The push stays held until presence takes the silent gateway down.
 *
 * @throws VestnikError `unavailable` when presence is away; every push stays held.
 */
export async function settleHeldPushes(context: Context): Promise<void> {
  let last: HeldPush | undefined;
  for (;;) {
    const held = await heldPushes(context.database, HOLD_SECONDS, BATCH, last);
    if (held.length > 0) await settle(context, held);
    if (held.length < BATCH) return;
    last = held.at(-1);
  }
}

async function settle({ bus, database, ...context }: Context, held: HeldPush[]): Promise<void> {
  const userIds = held.map((push) => push.user_id);
  const heardAt = await findConnected(bus, userIds);
  const settled = held.flatMap(({ id, user_id, held_at, push_in_seconds }) => {
    const heard = heardAt.get(user_id);
    if (heard === undefined) return [{ id, connected: false }];
    if (push_in_seconds !== null) return push_in_seconds <= 0 ? [{ id, connected: false }] : [];
    return heard > Date.parse(held_at) ? [{ id, connected: true }] : [];
  });
  const ended = settled.length === 0 ? [] : await settlePushes(database, settled);
  for (const { provider, state } of ended) if (state === 'skipped') context.count(provider, 'skipped');
  if (ended.some(({ state }) => state === 'pending')) context.wakeDispatcher();
}
