import { type Conversation, VestnikError } from '@vestnik/contracts';
import { requireParticipant } from './access.ts';
import type { Change } from './change.ts';

/** Participants of a new group at least. Later all of them may leave. */
const SMALLEST_GROUP = 2;

/**
 * Returns the participants of a new group: its creator first, no user twice.
 *
 * @throws VestnikError `invalid` when the creator would be alone, or the group too large.
 */
export function participantsOfGroup(creatorId: number, participantIds: readonly number[], groupSize: number): number[] {
  const participants = [...new Set([creatorId, ...participantIds])];
  if (participants.length < SMALLEST_GROUP) {
    throw new VestnikError('invalid', 'A group needs somebody besides who creates it');
  }
  requireSize(participants.length, groupSize);
  return participants;
}

/**
 * The owner renames a group. Undefined: the group has that name already.
 *
 * @throws VestnikError `forbidden` to all but the owner, `invalid` for a direct conversation.
 */
export function renameGroup(conversation: Conversation, userId: number, name: string): Change | undefined {
  requireOwner(conversation, userId, 'rename it');
  return name === conversation.name ? undefined : { ...unchanged(conversation), name };
}

/**
 * The owner adds users to a group. Participants who are named again stay as they are. Undefined: all of them are
 * participants already.
 *
 * @throws VestnikError `forbidden` to all but the owner, `invalid` for a direct conversation or beyond the group's size.
 */
export function addToGroup(
  conversation: Conversation,
  userId: number,
  participantIds: readonly number[],
  groupSize: number,
): Change | undefined {
  requireOwner(conversation, userId, 'add people');
  const present = new Set(conversation.participants);
  const joined = [...new Set(participantIds)].filter((participantId) => !present.has(participantId));
  if (joined.length === 0) return undefined;
  requireSize(present.size + joined.length, groupSize);
  return { ...unchanged(conversation), joined };
}

/**
 * The owner removes a participant from a group, or a participant leaves it. When the owner leaves, the participant who
 * joined first becomes the owner. A group without participants has no owner.
 *
 * @throws VestnikError `forbidden` to users other than the owner and the participant, `not_found` when the participant is
 *   not in the group, `invalid` for a direct conversation.
 */
export function removeFromGroup(conversation: Conversation, userId: number, participantId: number): Change {
  requireGroup(conversation, userId);
  if (userId !== participantId) requireOwner(conversation, userId, 'remove somebody else');
  if (!conversation.participants.includes(participantId)) {
    throw new VestnikError('not_found', `User ${participantId} is not in conversation ${conversation.id}`);
  }
  const change = { ...unchanged(conversation), left: [participantId] };
  if (participantId !== conversation.owner_id) return change;
  return { ...change, owner_id: conversation.participants.find((other) => other !== participantId) ?? null };
}

function unchanged({ name, owner_id }: Conversation): Change {
  return { name, owner_id, joined: [], left: [] };
}

function requireGroup(conversation: Conversation, userId: number): void {
  requireParticipant(conversation, userId);
  if (conversation.type === 'direct') {
    throw new VestnikError('invalid', 'A direct conversation keeps its two people and has no name');
  }
}

function requireOwner(conversation: Conversation, userId: number, what: string): void {
  requireGroup(conversation, userId);
  if (conversation.owner_id !== userId) throw new VestnikError('forbidden', `Only the group's owner may ${what}`);
}

function requireSize(size: number, groupSize: number): void {
  if (size > groupSize) throw new VestnikError('invalid', `A group has at most ${groupSize} participants`);
}
