import {
  conversationsEndpoints,
  type EndpointOutput,
  liveSubjects,
  type StatusesChanged,
  type UserStatus,
} from '@vestnik/contracts';
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
      const audiences = await audiencesOf(context, userIds);
      await publish(context, userIds, audiences);
    }
    if (userIds.length < usersAtOnce) return;
  }
}

type Audience = EndpointOutput<typeof conversationsEndpoints.listAudiences>['users'][number];

async function audiencesOf({ bus }: Context, userIds: number[]): Promise<Map<number, Audience>> {
  const { users } = await bus.request(conversationsEndpoints.listAudiences, { user_ids: userIds });
  return new Map(users.map((audience) => [audience.user_id, audience]));
}

async function publish(context: Context, userIds: number[], audiences: Map<number, Audience>): Promise<void> {
  const changes = await context.database.transaction(async (queries) => {
    const rows = await queries.query(lockUnannounced, [userIds]);
    if (rows.length === 0) return [];
    const message: StatusesChanged = {
      changes: rows.map((row) => ({
        user_id: row.user_id,
        is_online: row.is_online,
        last_seen: isoTimeOrNull(row.last_seen),
        ...shownTo(audiences.get(row.user_id)),
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

/** Returns where a status shows. Only where a block hides it, the event names the users and companies that do not see it. */
function shownTo(audience: Audience | undefined): Omit<StatusesChanged['changes'][number], keyof UserStatus> {
  if (!audience) return { conversation_ids: [] };
  const { conversation_ids, hidden_user_ids, hidden_company_ids } = audience;
  if (hidden_user_ids.length + hidden_company_ids.length === 0) return { conversation_ids };
  return { conversation_ids, hidden_user_ids, hidden_company_ids };
}
