import { eventFrame, type MembershipChanged } from '@vestnik/contracts';
import type { Rooms } from '../rooms/rooms.ts';
import type { ConnectedUser } from '../users/connected-user.ts';
import type { ConnectedUsersParts } from './connected-users-parts.ts';
import { enterConversation } from './enter-conversation.ts';

/** Brings users who are connected here into conversations and out of them, and tells their sessions. */
export interface Membership {
  /**
   * Hears that a user came into a conversation or left it. Takes effect before this returns: what was written after a
   * removal may be the next event of the same chunk. News that come while the rooms are being learnt are applied on top
   * of what was learnt; news older than what was heard change nothing.
   */
  hear(user: ConnectedUser, payload: Uint8Array): void;
  /** Takes a user out of a conversation. */
  leave(user: ConnectedUser, conversationId: number): void;
}

/** Creates the membership of one gateway. `isHere` says whether a user is connected still. */
export function createMembership(
  parts: ConnectedUsersParts,
  rooms: Rooms,
  isHere: (user: ConnectedUser) => boolean,
): Membership {
  function change(user: ConnectedUser, news: MembershipChanged): void {
    const { id, version } = news.conversation;
    if (!isHere(user) || version <= (user.versions?.get(id) ?? 0)) return;
    user.versions ??= new Map();
    user.versions.set(id, version);
    if (news.change === 'left') leave(user, id);
    else if (!rooms.enteredBy(user, id)) void enterConversation(parts, rooms, user, id);
  }

  function leave(user: ConnectedUser, conversationId: number): void {
    user.entering?.delete(conversationId);
    const room = rooms.enteredBy(user, conversationId);
    if (!room) return;
    rooms.leave(user, room);
    const frame = eventFrame('conversation_removed', { conversation_id: conversationId });
    for (const session of user.sessions) session.send(frame);
  }

  return {
    hear(user, payload) {
      const news = JSON.parse(Buffer.from(payload).toString()) as MembershipChanged;
      if (user.isOpen) change(user, news);
      else
        user.opened.then(
          () => change(user, news),
          () => undefined,
        );
    },
    leave,
  };
}
