import type { Conversation } from '@vestnik/contracts';
import { type Change, unchanged } from './change.ts';
import { heirOf } from './inheritance.ts';

/**
 * Ends what crosses between two companies in one conversation. A direct conversation is suspended. In a group the people of the
 * company that does not own it leave; of a group that belongs to neither, the people of both. Undefined: nothing crosses.
 *
 * @param companyOf the companies of the people in the conversation and of those invited, where known
 */
export function sever(
  conversation: Conversation,
  [low, high]: readonly [number, number],
  companyOf: ReadonlyMap<number, number>,
): Change | undefined {
  const invited = (conversation.invited ?? []).map(({ user_id }) => user_id);
  const here = [...conversation.participants, ...invited];
  const isOf = (companyId: number) => (userId: number) => companyOf.get(userId) === companyId;
  if (!here.some(isOf(low)) || !here.some(isOf(high))) return undefined;
  if (conversation.type === 'direct') {
    if (conversation.state === 'suspended') return undefined;
    return { ...unchanged(conversation), state: 'suspended' };
  }
  const { owner_id } = conversation;
  const companyId = conversation.company_id ?? (owner_id === null ? undefined : companyOf.get(owner_id));
  const leaving = new Set([low, high].filter((id) => id !== companyId).flatMap((id) => here.filter(isOf(id))));
  const left = conversation.participants.filter((userId) => leaving.has(userId));
  const change = {
    ...unchanged(conversation),
    left,
    uninvited: { userIds: invited.filter((userId) => leaving.has(userId)), declined: false },
  };
  if (owner_id === null || !leaving.has(owner_id)) return change;
  return { ...change, owner_id: heirOf(conversation, left, { companyOf, trustsUnknown: false }) };
}

/** A direct conversation that was suspended goes on. Undefined: it was not suspended. */
export function resume(conversation: Conversation): Change | undefined {
  if (conversation.type !== 'direct' || conversation.state !== 'suspended') return undefined;
  return { ...unchanged(conversation), state: conversation.invited ? 'pending' : 'active' };
}
