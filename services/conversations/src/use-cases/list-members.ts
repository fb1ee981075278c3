import { VestnikError } from '@vestnik/contracts';
import { isoTime } from '@vestnik/database';
import type { Context, Input, Output } from '../context.ts';
import * as statements from '../store/statements.ts';

/**
 * Returns a page of the participants of a conversation, in the order in which they joined.
 *
 * @throws VestnikError `forbidden` to a user who is not in the conversation, whether or not it exists.
 */
export async function listMembers(
  { database }: Context,
  { user_id, conversation_id, after, limit }: Input<'listMembers'>,
): Promise<Output<'listMembers'>> {
  const rows = await database.query(statements.listMembers, [user_id, conversation_id, after, limit + 1]);
  if (rows.length === 0) {
    const [own] = await database.query(statements.listMembers, [user_id, conversation_id, 0, 1]);
    if (!own) throw new VestnikError('forbidden', 'You are not a participant of this conversation');
  }
  const page = rows.slice(0, limit);
  return {
    members: page.map(({ user_id, joined_at }) => ({ user_id, joined_at: isoTime(joined_at) })),
    next: rows.length > limit ? (page.at(-1)?.position ?? null) : null,
  };
}
