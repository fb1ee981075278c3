import { conversationsEndpoints, liveSubjects, type StatusesChanged } from '@vestnik/contracts';
import { isoTimeOrNull } from '@vestnik/database';
import type { Context } from '../context.ts';
import { listUnannounced, lockUnannounced, markAnnounced } from '../store/users.ts';

/**
 * Publishes the status of all users whose status is not the one that was published last, `usersAtOnce` in one message.
 *
 * The users table holds what is to be announced, so nothing is lost with a process. A user's row is locked from reading it
 * until the bus has the message. So two announcements of one user, by whatever instances, leave in the order of the changes,
 * each with the status that was true then.
 *
 * @throws VestnikError `unavailable` when conversations or the bus is away. Unpublished changes still wait then.
 */
export async function announceChanges(context: Context, usersAtOnce: number): Promise<void> {
  for (;;) {
    const waiting = await context.database.query(listUnannounced, [usersAtOnce]);
    const userIds = waiting.map((row) => row.user_id);
    if (userIds.length > 0) {
      // Asked before anything is locked: conversations may be slow, and reports wait for the locks.
      const conversationIds = await conversationsOf(context, userIds);
      await publish(context, userIds, conversationIds);
    }
    if (userIds.length < usersAtOnce) return;
  }
}

async function conversationsOf({ bus }: Context, userIds: number[]): Promise<Map<number, number[]>> {
  const { users } = await bus.request(conversationsEndpoints.listConversationsOfUsers, { user_ids: userIds });
  return new Map(users.map(({ user_id, conversation_ids }) => [user_id, conversation_ids]));
}

async function publish(context: Context, userIds: number[], conversationIds: Map<number, number[]>): Promise<void> {
  const changes = await context.database.transaction(async (queries) => {
    const rows = await queries.query(lockUnannounced, [userIds]);
    if (rows.length === 0) return [];
    const message: StatusesChanged = {
      changes: rows.map((row) => ({
        user_id: row.user_id,
        is_online: row.is_online,
        last_seen: isoTimeOrNull(row.last_seen),
        conversation_ids: conversationIds.get(row.user_id) ?? [],
      })),
    };
    context.bus.publish(liveSubjects.statusesChanged, JSON.stringify(message));
    await context.bus.flush();
    await queries.query(markAnnounced, [rows.map((row) => row.user_id)]);
    return message.changes;
  });
  const online = changes.filter((change) => change.is_online).length;
  context.countAnnounced('online', online);
  context.countAnnounced('offline', changes.length - online);
}
