import { type Conversation, eventFrame, type MembershipChanged, viewOfInvited } from '@vestnik/contracts';
import { sendLive } from '../rooms/subscriber.ts';
import { presentConversation } from '../upstream/present-conversation.ts';
import { type ConnectedUser, leaveRoom, type UserRooms } from './connected-user.ts';
import { type EnterParts, enterConversation } from './enter-conversation.ts';

/** Brings connected users into conversations and out of them, and notifies their sessions. */
export interface Membership {
  /**
   * Takes a change of a user's membership. The change takes effect before this returns, because a message that was written
   * after a removal may be the next event of the same chunk. A change that comes while the user's rooms are being opened
   * is applied on top of them. A change with an older version than the last one has no effect.
   */
  receive(user: ConnectedUser, payload: Uint8Array): void;
  /** Takes a user out of a conversation that the user has left at a version. */
  leave(user: ConnectedUser, conversationId: number, version: number): void;
}

/** Creates the membership of one gateway. `isHere` returns whether a user is still connected. */
export function createMembership(
  parts: EnterParts,
  rooms: UserRooms,
  isHere: (user: ConnectedUser) => boolean,
): Membership {
  function apply(user: ConnectedUser, { change, conversation }: MembershipChanged): void {
    const { id, version } = conversation;
    if (!isHere(user) || version <= (user.versions?.get(id) ?? 0)) return;
    user.versions ??= new Map();
    user.versions.set(id, version);
    if (change === 'joined') {
      if (!rooms.enteredBy(user, id)) void enterConversation(parts, rooms, user, id);
    } else if (change === 'invited') showInvited(user, conversation);
    else if (change === 'uninvited') showRemoved(user, id, version);
    else leave(user, id, version);
  }

  /** A user who is invited sees the conversation without entering its room, so that nothing of it follows. */
  function showInvited(user: ConnectedUser, conversation: Conversation): void {
    const shown = presentConversation(JSON.stringify(viewOfInvited(conversation, user.userId)), undefined);
    const frame = eventFrame('conversation_created', { conversation: JSON.parse(shown) as Conversation });
    for (const session of user.sessions) sendLive(session, frame);
  }

  function showRemoved(user: ConnectedUser, conversationId: number, version: number): void {
    const frame = eventFrame('conversation_removed', { conversation_id: conversationId, version });
    for (const session of user.sessions) sendLive(session, frame);
  }

  function leave(user: ConnectedUser, conversationId: number, version: number): void {
    user.entering?.delete(conversationId);
    const room = rooms.enteredBy(user, conversationId);
    if (!room) return;
    leaveRoom(rooms, user, room);
    showRemoved(user, conversationId, version);
  }

  return {
    receive(user, payload) {
      const change = JSON.parse(Buffer.from(payload).toString()) as MembershipChanged;
      if (user.isOpen) apply(user, change);
      else
        user.opened.then(
          () => apply(user, change),
          () => undefined,
        );
    },
    leave,
  };
}
