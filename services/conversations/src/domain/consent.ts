import { type Conversation, VestnikError } from '@vestnik/contracts';
import { isInvited } from './access.ts';
import { type Change, unchanged } from './change.ts';

/** A user who has declined is not invited again for this long, in milliseconds: 30 days. */
export const INVITE_AGAIN_MS = 30 * 86_400_000;

/** Returns whether a user who declined at a time may be invited again at another. */
export function mayInviteAgain(declinedAt: Date | null | undefined, at: Date): boolean {
  return !declinedAt || at.getTime() - declinedAt.getTime() >= INVITE_AGAIN_MS;
}

/** The user takes the place that the user is invited into. Undefined: the user is in it already. */
export function accept(conversation: Conversation, userId: number): Change | undefined {
  if (!isInvited(conversation, userId)) return undefined;
  const state = conversation.type === 'direct' ? 'active' : conversation.state;
  return { ...unchanged(conversation), state, joined: [userId], uninvited: { userIds: [userId], declined: false } };
}

/**
 * The user declines what the user is invited. Undefined: the user has declined it already.
 *
 * @throws VestnikError `conflict` to a participant, who leaves a group instead.
 */
export function decline(conversation: Conversation, userId: number): Change | undefined {
  if (!isInvited(conversation, userId)) throw new VestnikError('conflict', 'You are in this conversation already');
  if (conversation.state === 'declined') return undefined;
  const state = conversation.type === 'direct' ? 'declined' : conversation.state;
  return { ...unchanged(conversation), state, uninvited: { userIds: [userId], declined: true } };
}

/** The creator of a direct conversation invitations again. Undefined: it waits for an answer already. */
export function inviteAgain(conversation: Conversation): Change | undefined {
  const [invited] = conversation.invited ?? [];
  if (!invited || conversation.state !== 'declined') return undefined;
  return { ...unchanged(conversation), state: 'pending', invited: [invited] };
}
