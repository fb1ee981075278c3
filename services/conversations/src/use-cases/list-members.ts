import { VestnikError } from '@vestnik/contracts';
import { isoTime } from '@vestnik/database';
import type { Context, Input, Output } from '../context.ts';
import { findGroupOfCompany } from '../store/company-groups.ts';
import * as statements from '../store/statements.ts';

/**
 * Returns a page of the participants of a conversation, in the order in which they joined.
 *
 * @throws VestnikError `forbidden` to all but participants and, of a group, the admins of its company. Nobody else learns whether
 *   the conversation exists.
 */
export async function listMembers({ database }: Context, input: Input<'listMembers'>): Promise<Output<'listMembers'>> {
  const { user_id, conversation_id, after, limit } = input;
  const companyId = await managedBy(database, input);
  const rows =
    companyId === undefined
      ? await database.query(statements.listMembers, [user_id, conversation_id, after, limit + 1])
      : await database.query(statements.listMembersOfGroup, [companyId, conversation_id, after, limit + 1]);
  if (rows.length === 0 && companyId === undefined) {
    const [own] = await database.query(statements.listMembers, [user_id, conversation_id, 0, 1]);
    if (!own) throw new VestnikError('forbidden', 'You are not a participant of this conversation');
  }
  const page = rows.slice(0, limit);
  return {
    members: page.map(({ user_id, joined_at }) => ({ user_id, joined_at: isoTime(joined_at) })),
    next: rows.length > limit ? (page.at(-1)?.position ?? null) : null,
  };
}

/** Returns the company of the caller, where the conversation is a group of it and the caller is its admin. */
async function managedBy(
  database: Context['database'],
  { company_id, is_admin, conversation_id }: Input<'listMembers'>,
): Promise<number | undefined> {
  if (!is_admin || company_id === undefined) return undefined;
  const [group] = await database.query(findGroupOfCompany, [conversation_id, company_id]);
  return group && company_id;
}
