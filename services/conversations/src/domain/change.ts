import type { Conversation } from '@vestnik/contracts';

/** What one change does to a conversation; people in the order in which they come in. */
export interface Change {
  name: string | null;
  owner_id: number | null;
  joined: number[];
  left: number[];
}

/**
 * The conversation after a change: the next version, people who joined last.
 *
 * @param at when it changed
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
