import type { Context } from './context.ts';
import { readCompanies } from './store/relations.ts';

/** Returns the companies of the people in a conversation, and of those invited, as far as the copy knows them. */
export async function companiesIn(
  { database }: Pick<Context, 'database'>,
  conversationId: number,
): Promise<ReadonlyMap<number, number>> {
  const rows = await database.query(readCompanies, [conversationId]);
  return new Map(rows.map(({ user_id, company_id }) => [user_id, company_id]));
}
