import { conversationsEndpoints, type EndpointData, type presenceEndpoints, type UserStatus } from '@vestnik/contracts';
import { isoTimeOrNull } from '@vestnik/database';
import type { Context } from '../context.ts';
import { usersById } from '../store/users.ts';

/**
 * Tells how users are, once each, in the order in which they were named. A stranger looks like somebody who was never
 * seen, so that the answer does not tell one from the other.
 *
 * @throws VestnikError `unavailable` when conversations, which knows who is a stranger, is away.
 */
export async function getStatuses(
  { database, bus }: Context,
  { user_id, user_ids }: EndpointData<typeof presenceEndpoints.getStatuses>,
  requestId: string,
): Promise<{ statuses: UserStatus[] }> {
  const asked = [...new Set(user_ids)];
  const others = asked.filter((userId) => userId !== user_id);
  const contacts =
    others.length === 0
      ? []
      : (await bus.request(conversationsEndpoints.findContacts, { user_id, user_ids: others }, { requestId })).user_ids;
  const rows = await database.query(usersById, [[user_id, ...contacts]]);
  const users = new Map(rows.map((row) => [row.user_id, row]));
  return {
    statuses: asked.map((userId) => {
      const user = users.get(userId);
      return {
        user_id: userId,
        is_online: user?.is_online ?? false,
        last_seen: isoTimeOrNull(user?.last_seen ?? null),
      };
    }),
  };
}
