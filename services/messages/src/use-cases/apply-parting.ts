import { saveBlocks, saveContracts } from '@vestnik/relations';
import type { Context, Input, Output } from '../context.ts';
import { findSealed, guardSharedConversations } from '../store/guards.ts';

/**
 * Takes a changed contract or block over, so that no further send crosses. Returns those of the named conversations through
 * which nothing may pass any more.
 */
export async function applyParting(
  { database }: Context,
  { change, conversation_ids }: Input<'applyParting'>,
): Promise<Output<'applyParting'>> {
  if ('contract' in change) await saveContracts(database, [change.contract]);
  else {
    await saveBlocks(database, [change.block]);
    const { blocker_id, blocked_id } = change.block;
    if (blocker_id !== null && blocked_id !== null) {
      await database.query(guardSharedConversations, [blocker_id, blocked_id]);
    }
  }
  const rows = await database.query(findSealed, [conversation_ids]);
  return { conversation_ids: rows.map(({ id }) => id) };
}
