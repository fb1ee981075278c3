import type { Conversation } from '@vestnik/contracts';

/** The effect of one change on a conversation; users in the order in which they join. */
export interface Change {
  name: string | null;
  owner_id: number | null;
  joined: number[];
  left: number[];
}

/**
 * Returns the conversation after a change: its next version, with the users who joined at the end.
 *
 * @param at the time of the change
 */
export function applyChange(conversation: Conversation, change: Change, at: Date): Conversation {
  const left = new Set(change.left);
  return {
    ...conversation,
    name: change.name,
    owner_id: change.owner_id,
    participants: [...conversation.participants.filter((userId) => !left.has(userId)), ...change.joined],
    version: conversation.version + 1,
    updated_at: at.toISOString(),
  };
}
