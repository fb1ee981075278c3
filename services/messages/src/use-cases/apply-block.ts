import type { BlockChanged } from '@vestnik/contracts';
import { saveBlocks } from '@vestnik/relations';
import type { Context } from '../context.ts';
import { guardSharedConversations } from '../store/guards.ts';

/** Takes a block into the copy, and marks the direct conversation of two people: sends there are judged. */
export async function applyBlock({ database }: Context, { block }: BlockChanged): Promise<void> {
  await saveBlocks(database, [block]);
  const { blocker_id, blocked_id } = block;
  if (blocker_id !== null && blocked_id !== null) {
    await database.query(guardSharedConversations, [blocker_id, blocked_id]);
  }
}
