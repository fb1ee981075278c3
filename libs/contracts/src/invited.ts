import type { Conversation } from './model.ts';

/** Returns the users who are in a conversation, without those who are only invited into it. */
export function membersOf({ participants, invited }: Pick<Conversation, 'participants' | 'invited'>): number[] {
  if (!invited) return participants;
  const waiting = new Set(invited.map(({ user_id }) => user_id));
  return participants.filter((userId) => !waiting.has(userId));
}

/** Returns a conversation as a user sees it who is invited into it: the asking user, and nobody else who is in it. */
export function viewOfInvited(conversation: Conversation, userId: number): Conversation {
  const invited = conversation.invited?.filter(({ user_id }) => user_id === userId) ?? [];
  const participants = [...invited.map(({ invited_by }) => invited_by), userId];
  const { history_from_join: _, returned: __, ...shown } = conversation;
  return { ...shown, state: 'pending', participants, invited };
}
