import type { ConversationChanged } from '@vestnik/contracts';
import type { Context } from '../context.ts';
import { deedsOfAct } from '../domain/deeds-of-act.ts';
import { appendAudit } from '../store/audit.ts';
import { findPeople } from '../store/people.ts';

/**
 * Adds an act in a conversation to the audits of the companies concerned. The conversation's version names the act, so an event
 * that comes again adds nothing.
 */
export async function auditConversation(
  { database }: Pick<Context, 'database'>,
  { conversation, act }: ConversationChanged,
): Promise<void> {
  if (!act) return;
  const userIds = [...new Set([...(act.by === null ? [] : [act.by]), ...act.joined, ...act.left])];
  const people = await database.query(findPeople, [userIds]);
  const deeds = deedsOfAct(conversation, act, new Map(people.map(({ id, company_id }) => [id, company_id])));
  if (deeds.length > 0) await database.transaction((queries) => appendAudit(queries, deeds));
}
