import type { Conversation } from '@vestnik/contracts';
import { commitChange } from './commit-change.ts';
import type { Context } from './context.ts';
import { requireInvited } from './domain/access.ts';
import { accept } from './domain/consent.ts';
import { historyFromJoin } from './history-from-join.ts';
import { readRelations, requireAllowed } from './relations.ts';
import { fromRow } from './store/conversation-row.ts';
import * as statements from './store/statements.ts';

/**
 * Accepts a user's invitation into a conversation. Accepting again changes nothing.
 *
 * @throws VestnikError `forbidden` to users who are not invited, and with a reason where the decision refuses by now.
 */
export async function acceptInvitation(
  context: Context,
  { user_id, conversation_id }: { user_id: number; conversation_id: number },
): Promise<Conversation> {
  const [row] = await context.database.query(statements.copyConversations, [[conversation_id]]);
  const invited = row && fromRow(row).invited?.find((one) => one.user_id === user_id);
  const act = row?.type === 'group' ? 'add' : 'direct';
  const relations = invited && (await readRelations(context, { user_id }, [invited.invited_by]));
  const late = relations ? await historyFromJoin(context, row, [user_id], () => relations.companyId) : [];
  return commitChange(context, conversation_id, user_id, (before) => {
    requireInvited(before, user_id);
    const change = accept(before, user_id);
    if (change && invited && relations) requireAllowed(context, relations.decide(invited.invited_by, act));
    return change && { ...change, historyFromJoin: late };
  });
}
