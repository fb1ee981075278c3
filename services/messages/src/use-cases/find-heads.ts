import type { EndpointData, EndpointOutput, messagesEndpoints } from '@vestnik/contracts';
import { statement } from '@vestnik/database';
import type { MessagesContext } from '../context.ts';
import { refreshMembership } from './refresh-membership.ts';

type Heads = EndpointOutput<typeof messagesEndpoints.heads>['heads'];

const heads = statement<Heads[number]>(
  'heads',
  `select c.id as conversation_id, c.seq, me.joined_seq
   from conversations c
   left join members me on me.conversation_id = c.id and me.user_id = $2
   where c.id = any ($1::bigint[])`,
);

/**
 * Where conversations end, for a gateway that begins to serve them. With a user the own copy is brought up to date
 * first where it does not know the user, so that `joined_seq` is there.
 */
export async function findHeads(
  context: MessagesContext,
  { conversation_ids, user_id }: EndpointData<typeof messagesEndpoints.heads>,
): Promise<{ heads: Heads }> {
  const ask = () => context.database.query(heads, [conversation_ids, user_id ?? null]);
  let rows = await ask();
  if (user_id !== undefined && rows.filter((row) => row.joined_seq !== null).length < conversation_ids.length) {
    await refreshMembership(context, conversation_ids);
    rows = await ask();
  }
  const byId = new Map(rows.map((row) => [row.conversation_id, row]));
  // A conversation that this service has not heard of cannot have a message.
  return { heads: conversation_ids.map((id) => byId.get(id) ?? { conversation_id: id, seq: 0, joined_seq: null }) };
}
