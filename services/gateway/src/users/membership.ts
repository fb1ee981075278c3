import { eventFrame, type MembershipChanged } from '@vestnik/contracts';
import type { LocalUser } from '../rooms/occupancy.ts';
import type { Rooms } from '../rooms/rooms.ts';
import { enterLive } from './enter-live.ts';
import type { HubParts } from './hub-parts.ts';

/** Brings users who are connected here into conversations and out of them, and tells their sessions. */
export interface Membership {
  /**
   * Hears that a user came into a conversation or left it. Takes effect before this returns: what was written after a
   * removal may be the next event of the same chunk. News that come while the rooms are being learnt are applied on top
   * of what was learnt; news older than what was heard change nothing.
   */
  hear(user: LocalUser, payload: Uint8Array): void;
  /** Takes a user out of a conversation. */
  leave(user: LocalUser, conversationId: number): void;
}

/** Creates the membership of one gateway. `isHere` says whether a user is connected still. */
export function createMembership(parts: HubParts, rooms: Rooms, isHere: (user: LocalUser) => boolean): Membership {
  function change(user: LocalUser, news: MembershipChanged): void {
    const { id, version } = news.conversation;
    if (!isHere(user) || version <= (user.versions?.get(id) ?? 0)) return;
    user.versions ??= new Map();
    user.versions.set(id, version);
    if (news.change === 'left') leave(user, id);
    else if (!rooms.enteredBy(user, id)) void enterLive(parts, rooms, user, id);
  }

  function leave(user: LocalUser, conversationId: number): void {
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
