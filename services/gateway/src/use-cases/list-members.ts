import {
  conversationsEndpoints,
  decodeMemberCursor,
  encodeMemberCursor,
  type IsoTime,
  type MemberMarkers,
  messagesEndpoints,
} from '@vestnik/contracts';
import type { Context } from '../context.ts';
import type { Caller } from '../upstream/caller.ts';
import { managerOf } from '../upstream/manager.ts';

/** A participant with both markers. */
interface Member extends MemberMarkers {
  joined_at: IsoTime;
}

/**
 * Answers one page of the participants of a conversation, in the order in which they joined, each with both markers.
 *
 * @throws VestnikError `forbidden` when the caller is neither a participant nor an admin of the group's company; `bad_request` for a cursor that no page returned.
 */
export function listMembers(
  { bus, readLimiter }: Context,
  caller: Caller,
  { conversationId, limit, cursor }: { conversationId: number; limit: number; cursor: string | undefined },
): Promise<{ members: Member[]; next_cursor: string | null }> {
  const after = cursor === undefined ? 0 : decodeMemberCursor(cursor);
  const { requestId } = caller;
  return readLimiter.run(caller, async () => {
    const ask = { ...managerOf(caller), conversation_id: conversationId, after, limit };
    const { members, next } = await bus.request(conversationsEndpoints.listMembers, ask, { requestId });
    const named = { conversation_id: conversationId, user_ids: members.map(({ user_id }) => user_id) };
    const { markers } = await bus.request(messagesEndpoints.findMarkers, named, { requestId });
    const byUser = new Map(markers.map((own) => [own.user_id, own]));
    return {
      members: members.map(({ user_id, joined_at }) => ({
        user_id,
        joined_at,
        read_seq: byUser.get(user_id)?.read_seq ?? 0,
        delivered_seq: byUser.get(user_id)?.delivered_seq ?? 0,
      })),
      next_cursor: next === null ? null : encodeMemberCursor(next),
    };
  });
}
