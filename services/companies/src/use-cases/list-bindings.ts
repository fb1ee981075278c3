import type { Context, Input, Output } from '../context.ts';
import { pageOf } from '../page.ts';
import { listPeopleAbove } from '../store/people.ts';

/** Returns a page of the users who are bound to a company, in the order of their ids. */
export async function listBindings(
  { database }: Context,
  { after, limit }: Input<'listBindings'>,
): Promise<Output<'listBindings'>> {
  const found = await database.query(listPeopleAbove, [after, limit + 1]);
  const { items, next } = pageOf(found, limit, ({ user_id }) => user_id);
  return {
    user_ids: items.map(({ user_id }) => user_id),
    company_ids: items.map(({ company_id }) => company_id),
    next,
  };
}
