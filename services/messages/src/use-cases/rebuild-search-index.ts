import type { Context, Input, Output } from '../context.ts';
import { readWalk, startWalk } from '../store/search-walk.ts';

/** Starts to index all messages again, or goes on where a rebuild is under way. Returns how far it is. */
export async function rebuildSearchIndex(
  { database }: Context,
  { start }: Input<'rebuildSearchIndex'>,
): Promise<Output<'rebuildSearchIndex'>> {
  if (start) await startWalk(database, true);
  return readWalk(database);
}
