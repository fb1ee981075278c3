import type { EndpointData, messagesEndpoints } from '@vestnik/contracts';
import type { Context } from '../context.ts';
import { refreshCopy } from '../membership.ts';
import { type Head, heads } from '../store/heads.ts';

/**
 * Where conversations end, for a gateway that begins to serve them. With a user the own copy is brought up to date
 * first where it does not know the user, so that `joined_seq` is there.
 */
export async function findHeads(
  context: Context,
  { conversation_ids, user_id }: EndpointData<typeof messagesEndpoints.findHeads>,
): Promise<{ heads: Head[] }> {
  const ask = () => context.database.query(heads, [conversation_ids, user_id ?? null]);
  let rows = await ask();
  if (user_id !== undefined && rows.filter((row) => row.joined_seq !== null).length < conversation_ids.length) {
    await refreshCopy(context, conversation_ids);
    rows = await ask();
  }
  const byId = new Map(rows.map((row) => [row.conversation_id, row]));
  // A conversation that this service has not heard of cannot have a message.
  return { heads: conversation_ids.map((id) => byId.get(id) ?? { conversation_id: id, seq: 0, joined_seq: null }) };
}
