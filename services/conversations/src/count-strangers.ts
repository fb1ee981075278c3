import type { Context } from './context.ts';
import type { Relations } from './relations.ts';
import { findContacts } from './store/statements.ts';

/**
 * Counts the named users who are strangers to a user. Strangers are people of another company, and share no conversation with
 * the user. A user without a known company has never signed in, and is not counted.
 */
export async function countStrangers(
  { database }: Pick<Context, 'database'>,
  userId: number,
  { companyId, companyOf }: Pick<Relations, 'companyId' | 'companyOf'>,
  userIds: readonly number[],
): Promise<number> {
  const outsiders = [...new Set(userIds)].filter((other) => ![null, companyId].includes(companyOf(other)));
  if (outsiders.length === 0) return 0;
  return outsiders.length - (await database.query(findContacts, [userId, outsiders])).length;
}
