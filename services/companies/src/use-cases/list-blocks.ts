import type { Context, Input, Output } from '../context.ts';
import { pageOf } from '../page.ts';
import { listBlocks as blocksOf, shownBlock } from '../store/blocks.ts';

/** Returns a page of the caller's blocks, and for admins those of the company too, in the order of their ids. */
export async function listBlocks(
  { database }: Context,
  { actor, after, limit }: Input<'listBlocks'>,
): Promise<Output<'listBlocks'>> {
  const companyId = actor.role === 'admin' ? actor.company_id : null;
  const found = await database.query(blocksOf, [actor.user_id, companyId, after, limit + 1]);
  const { items, next } = pageOf(found, limit, ({ id }) => id);
  return { blocks: items.map(shownBlock), next };
}
