import type { AccountSnapshot } from '@vestnik/client';
import { foreignCompanies } from '../state/facts.ts';

/** Which conversations the list shows. */
export const FILTERS = ['all', 'unread', 'mentions', 'foreign'] as const;
/** One choice of conversations. */
export type Filter = (typeof FILTERS)[number];

/** Returns the ids of the conversations that pass a filter, in the order of the list. */
export function filtered(account: AccountSnapshot, filter: Filter, ownCompany: number): readonly number[] {
  if (filter === 'all') return account.order;
  return account.order.filter((id) => {
    const conversation = account.conversations.get(id)?.conversation;
    if (!conversation) return false;
    if (filter === 'unread') return conversation.unread_count > 0;
    if (filter === 'mentions') return conversation.mention_count > 0;
    return foreignCompanies(conversation, account.people, ownCompany).length > 0;
  });
}

/** Whether two lists of ids are the same. */
export function sameIds(one: readonly number[], other: readonly number[]): boolean {
  return one === other || (one.length === other.length && one.every((id, index) => id === other[index]));
}
