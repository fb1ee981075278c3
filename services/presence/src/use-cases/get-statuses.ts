import { conversationsEndpoints } from '@vestnik/contracts';
import { isoTimeOrNull } from '@vestnik/database';
import type { Context, Input, Output } from '../context.ts';
import * as users from '../store/users.ts';

/**
 * Returns the status of users, once each, in the order in which they were named. A stranger looks like a user who was never
 * seen, so that the answer does not distinguish the two.
 *
 * @throws VestnikError `unavailable` when conversations is away, which knows the caller's contacts.
 */
export async function getStatuses(
  { database, bus }: Context,
  { user_id, user_ids }: Input<'getStatuses'>,
  requestId: string,
): Promise<Output<'getStatuses'>> {
  const asked = [...new Set(user_ids)];
  const others = asked.filter((userId) => userId !== user_id);
  const contacts =
    others.length === 0
      ? []
      : (await bus.request(conversationsEndpoints.findContacts, { user_id, user_ids: others }, { requestId })).user_ids;
  const rows = await database.query(users.getStatuses, [[user_id, ...contacts]]);
  const known = new Map(rows.map((row) => [row.user_id, row]));
  return {
    statuses: asked.map((userId) => {
      const user = known.get(userId);
      return {
        user_id: userId,
        is_online: user?.is_online ?? false,
        last_seen: isoTimeOrNull(user?.last_seen ?? null),
      };
    }),
  };
}
