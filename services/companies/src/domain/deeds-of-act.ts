import type { AuditAction, Conversation, ConversationAct } from '@vestnik/contracts';
import type { Deed } from './deed.ts';

/** Ids of users that an entry names at most; `users` has their number. */
const NAMED_USERS = 100;

/**
 * Returns the entries that one act in a conversation adds to the audits of companies. The company of a group gets everything that is
 * done in the group, by partners too. Every other company gets what its own people do, and their joining and leaving.
 *
 * @param companyOf the companies of the users whom the act names, where known
 */
export function deedsOfAct(
  { id, type, name, version, company_id, participants }: Conversation,
  act: ConversationAct,
  companyOf: ReadonlyMap<number, number>,
): Deed[] {
  const { by, created, renamed, joined, left } = act;
  const isClosed = type === 'group' && left.length > 0 && participants.length === 0;
  const actorCompanyId = by === null ? null : (companyOf.get(by) ?? null);
  const owners = new Set([company_id, actorCompanyId].filter((companyId) => companyId !== null));
  const concerned = new Set([...owners, ...[...joined, ...left].flatMap((userId) => companyOf.get(userId) ?? [])]);
  return [...concerned].flatMap((companyId) => {
    const own = (userIds: readonly number[]) =>
      companyId === company_id ? userIds : userIds.filter((userId) => companyOf.get(userId) === companyId);
    const deed = (action: AuditAction, detail: object): Deed => ({
      companyId,
      actorId: by,
      actorCompanyId,
      action,
      object: `conversation ${id}`,
      detail,
      source: `conversation ${id} version ${version} ${action}`,
    });
    const isOwner = owners.has(companyId);
    const [came, went] = [own(joined), own(left)];
    return [
      ...(created && isOwner ? [deed('conversation_created', { type, name })] : []),
      ...(renamed && isOwner ? [deed('conversation_renamed', { name })] : []),
      ...(came.length > 0 ? [deed('people_joined', named(came))] : []),
      ...(went.length > 0 ? [deed('people_left', named(went))] : []),
      ...(isClosed && isOwner ? [deed('conversation_closed', { name })] : []),
    ];
  });
}

function named(userIds: readonly number[]): { user_ids: number[]; users: number } {
  return { user_ids: userIds.slice(0, NAMED_USERS), users: userIds.length };
}
