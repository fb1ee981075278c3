import type { Conversation, Invited } from '@vestnik/contracts';

/** The effect of one change on a conversation; users in the order in which they join. */
export interface Change extends Pick<Conversation, 'name' | 'owner_id' | 'company_id' | 'state'> {
  joined: number[];
  /** Those of `joined` who see no message from before. */
  historyFromJoin: number[];
  left: number[];
  /** Users who are invited now. */
  invited: Invited[];
  /** Users who are no longer invited. With `declined` they stay on record, so that they are not invited again soon. */
  uninvited: { userIds: number[]; declined: boolean };
}

/** Returns the change that changes nothing, to be extended. */
export function unchanged({ name, owner_id, company_id, state }: Conversation): Change {
  const nobody: number[] = [];
  return {
    name,
    owner_id,
    company_id,
    state,
    joined: nobody,
    historyFromJoin: nobody,
    left: nobody,
    invited: [],
    uninvited: { userIds: nobody, declined: false },
  };
}

/**
 * Returns the conversation after a change: its next version, with the users who joined at the end.
 *
 * @param at the time of the change
 * @param returning those of the users who join who had left before
 */
export function applyChange(
  conversation: Conversation,
  change: Change,
  at: Date,
  returning: readonly number[] = [],
): Conversation {
  const { name, owner_id, company_id, state } = change;
  const left = new Set(change.left);
  const participants = new Set([
    ...conversation.participants.filter((userId) => !left.has(userId)),
    ...change.joined,
    ...(conversation.type === 'direct' ? change.invited.map(({ user_id }) => user_id) : []),
  ]);
  const changed: Conversation = {
    ...conversation,
    name,
    owner_id,
    company_id,
    state,
    participants: [...participants],
    version: conversation.version + 1,
    updated_at: at.toISOString(),
  };
  const late = [...(conversation.history_from_join ?? []), ...change.historyFromJoin].filter((id) => !left.has(id));
  if (late.length > 0) changed.history_from_join = late;
  else delete changed.history_from_join;
  const returned = [
    ...(conversation.returned ?? []).filter(({ user_id }) => !left.has(user_id)),
    ...returning.map((user_id) => ({ user_id, version: changed.version })),
  ];
  if (returned.length > 0) changed.returned = returned;
  else delete changed.returned;
  const invited = stillInvited(conversation, change);
  if (invited.length > 0) changed.invited = invited;
  else delete changed.invited;
  return changed;
}

/** The addressee of a direct conversation stays invited after declining, since the addressee is no member. */
function stillInvited({ invited = [], type }: Conversation, change: Change): Invited[] {
  const stays = type === 'direct' && change.uninvited.declined;
  const gone = new Set([
    ...(stays ? [] : change.uninvited.userIds),
    ...change.invited.map(({ user_id }) => user_id),
    ...change.joined,
  ]);
  return [...invited.filter(({ user_id }) => !gone.has(user_id)), ...change.invited];
}
