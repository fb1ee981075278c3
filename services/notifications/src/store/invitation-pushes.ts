import { type Queries, writeStatement } from '@vestnik/database';

// A device has one such push of a conversation. A user who is invited again while it is kept gets none.
const insert = writeStatement<{ id: number }>(
  'invitation-pushes-insert',
  `insert into pushes (message_id, conversation_id, seq, user_id, device_id, provider, is_invitation, state, next_attempt_at)
   select -$1::bigint, $1, 0, d.user_id, d.id, d.provider, true, 'pending', now()
   from devices d where d.user_id = any($2::bigint[]) and not d.is_signed_out
   on conflict (message_id, device_id) do nothing
   returning id`,
);

/** Records a push for every device of users who are invited into a group. Returns how many it recorded. */
export async function insertInvitationPushes(
  queries: Queries,
  conversationId: number,
  userIds: readonly number[],
): Promise<number> {
  return userIds.length === 0 ? 0 : (await queries.query(insert, [conversationId, userIds])).length;
}
