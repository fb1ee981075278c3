import { isDeepStrictEqual } from 'node:util';
import type { Account, HeldConversation } from './account.ts';

/** Says in which way an account differs from a fresh one; undefined where it does not. */
export function accountDifference(account: Account, fresh: Account): string | undefined {
  const ids = (of: Account) => [...of.conversations().keys()].toSorted((one, other) => one - other).join();
  if (ids(account) !== ids(fresh)) return `holds the conversations ${ids(account)}, not ${ids(fresh)}`;
  if (!isDeepStrictEqual(account.preferences(), fresh.preferences())) return 'has other preferences';
  for (const [id, held] of account.conversations()) {
    const due = fresh.conversations().get(id);
    const difference = due && conversationDifference(held, due);
    if (difference) return `conversation ${id}: ${difference}`;
  }
  return undefined;
}

/** Messages are compared where both hold them, since neither holds all of a long history. */
function conversationDifference(held: HeldConversation, due: HeldConversation): string | undefined {
  if (!isDeepStrictEqual(held.conversation, due.conversation)) {
    return `${JSON.stringify(held.conversation)}, not ${JSON.stringify(due.conversation)}`;
  }
  const first = Math.max(held.firstSeq, due.firstSeq);
  for (let seq = first; seq <= due.conversation.head_seq; seq += 1) {
    const [is, wanted] = [held.messages.get(seq), due.messages.get(seq)];
    if (!isDeepStrictEqual(is, wanted)) return `${JSON.stringify(is)}, not ${JSON.stringify(wanted)}`;
  }
  for (const userId of due.conversation.participants) {
    const [is, wanted] = [held.markers.get(userId), due.markers.get(userId)];
    // An answer may leave out a marker that is at the beginning.
    if (is?.read_seq === wanted?.read_seq && is?.delivered_seq === wanted?.delivered_seq) continue;
    if ((is?.delivered_seq ?? 0) + (wanted?.delivered_seq ?? 0) === 0) continue;
    return `user ${userId} is at ${JSON.stringify(is)}, not ${JSON.stringify(wanted)}`;
  }
  return undefined;
}
