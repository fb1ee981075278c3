import { type Conversation, VestnikError } from '@vestnik/contracts';
import { requireParticipant } from './access.ts';
import { type Change, unchanged } from './change.ts';
import { type Companies, heirOf } from './inheritance.ts';

/** A user who changes a group. `company_id` and the role are those of the token. */
export interface Manager {
  user_id: number;
  company_id?: number | undefined;
  /** The user is an admin of the company. */
  is_admin?: boolean | undefined;
}

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
 * The owner, or an admin of the group's company, renames a group. Undefined: the group has that name already.
 *
 * @throws VestnikError `forbidden` to all other users, `invalid` for a direct conversation.
 */
export function renameGroup(
  conversation: Conversation | undefined,
  manager: Manager,
  name: string,
): Change | undefined {
  requireManager(conversation, manager, 'rename it');
  return name === conversation.name ? undefined : { ...unchanged(conversation), name };
}

/** The users to add to a group: those who join at once, and those who are invited first. */
export interface Added {
  joining: readonly number[];
  invited: readonly number[];
  /** Those of both who would see no message from before they join. */
  historyFromJoin?: readonly number[];
  /** Those of both who are of the group's company. The first of them to join owns a group that has no owner. */
  colleagues?: readonly number[];
}

/**
 * A user adds users to a group. Participants who are named again stay as they are. A group without an owner gets the first new
 * participant of its company as its owner. Undefined: all of them are participants already, or invited.
 *
 * @param mayInvite the user may add people without being the owner or an admin of the group's company
 * @throws VestnikError `forbidden` to users who may not, `invalid` for a direct conversation or beyond the group's size.
 */
export function addToGroup(
  conversation: Conversation | undefined,
  manager: Manager,
  { joining, invited, historyFromJoin = [], colleagues = [] }: Added,
  groupSize: number,
  mayInvite: boolean,
): Change | undefined {
  if (mayInvite) requireGroup(conversation, manager.user_id);
  else requireManager(conversation, manager, 'add people');
  const present = new Set([
    ...conversation.participants,
    ...(conversation.invited ?? []).map(({ user_id }) => user_id),
  ]);
  const isNew = (participantId: number) => !present.has(participantId);
  const joined = [...new Set(joining)].filter(isNew);
  const newlyInvited = [...new Set(invited)].filter(isNew);
  if (joined.length + newlyInvited.length === 0) return undefined;
  requireSize(present.size + joined.length + newlyInvited.length, groupSize);
  return {
    ...unchanged(conversation),
    owner_id: conversation.owner_id ?? joined.find((userId) => colleagues.includes(userId)) ?? null,
    joined,
    historyFromJoin: joined.filter((userId) => historyFromJoin.includes(userId)),
    invited: newlyInvited.map((user_id) => ({ user_id, invited_by: manager.user_id })),
  };
}

/**
 * The owner, or an admin of the group's company, removes a participant from a group, or a participant leaves it. When the owner
 * leaves, the participant of the group's company who joined first becomes the owner.
 *
 * @param companies those of the participants
 * @throws VestnikError `forbidden` to all other users, `not_found` when the participant is not in the group, `invalid` for a
 *   direct conversation.
 */
export function removeFromGroup(
  conversation: Conversation | undefined,
  manager: Manager,
  participantId: number,
  companies: Companies,
): Change {
  if (manager.user_id === participantId) requireGroup(conversation, participantId);
  else requireManager(conversation, manager, 'remove somebody else');
  const invited = (conversation.invited ?? []).some(({ user_id }) => user_id === participantId);
  if (invited) return { ...unchanged(conversation), uninvited: { userIds: [participantId], declined: false } };
  if (!conversation.participants.includes(participantId)) {
    throw new VestnikError('not_found', `User ${participantId} is not in conversation ${conversation.id}`);
  }
  const change = { ...unchanged(conversation), left: [participantId] };
  if (participantId !== conversation.owner_id) return change;
  return { ...change, owner_id: heirOf(conversation, change.left, companies) };
}

/**
 * The owner, or an admin of the group's company, closes a group: all participants leave, and nobody is invited any more. Undefined:
 * the group is closed already.
 *
 * @throws VestnikError `forbidden` to all other users, `invalid` for a direct conversation.
 */
export function closeGroup(conversation: Conversation | undefined, manager: Manager): Change | undefined {
  requireManager(conversation, manager, 'close it');
  const invited = (conversation.invited ?? []).map(({ user_id }) => user_id);
  if (conversation.participants.length + invited.length === 0) return undefined;
  return {
    ...unchanged(conversation),
    owner_id: null,
    left: [...conversation.participants],
    uninvited: { userIds: invited, declined: false },
  };
}

function requireGroup(conversation: Conversation | undefined, userId: number): asserts conversation is Conversation {
  requireParticipant(conversation, userId);
  if (conversation.type === 'direct') {
    throw new VestnikError('invalid', 'A direct conversation keeps its two people and has no name');
  }
}

function requireManager(
  conversation: Conversation | undefined,
  { user_id, company_id, is_admin }: Manager,
  what: string,
): asserts conversation is Conversation {
  const isOfCompany = company_id !== undefined && conversation?.company_id === company_id;
  if (is_admin && isOfCompany && conversation.type === 'group') return;
  requireGroup(conversation, user_id);
  if (conversation.owner_id !== user_id) throw new VestnikError('forbidden', `Only the group's owner may ${what}`);
}

function requireSize(size: number, groupSize: number): void {
  if (size > groupSize) throw new VestnikError('invalid', `A group has at most ${groupSize} participants`);
}
