import type { Context, Input, Output } from '../context.ts';
import { refreshCopy } from '../membership.ts';
import { heads } from '../store/heads.ts';

/**
 * Returns the heads of conversations, for a gateway that opens their rooms. With a user, a copy of membership that does not
 * know the user is refreshed first, so that `joined_seq` is there.
 */
export async function findHeads(
  context: Context,
  { conversation_ids, user_id }: Input<'findHeads'>,
): Promise<Output<'findHeads'>> {
  const ask = () => context.database.query(heads, [conversation_ids, user_id ?? null]);
  let rows = await ask();
  if (user_id !== undefined && rows.filter((row) => row.joined_seq !== null).length < conversation_ids.length) {
    await refreshCopy(context, conversation_ids);
    rows = await ask();
  }
  const byId = new Map(rows.map((row) => [row.conversation_id, row]));
  // A conversation that this service does not know cannot have a message.
  return {
    heads: conversation_ids.map(
      (id) => byId.get(id) ?? { conversation_id: id, seq: 0, joined_seq: null, is_sealed: false },
    ),
  };
}
