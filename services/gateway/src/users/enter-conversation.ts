import { setTimeout as delay } from 'node:timers/promises';
import {
  type Conversation,
  eventFrame,
  type LiveEvent,
  type Message,
  newMessageFrame,
  VestnikError,
} from '@vestnik/contracts';
import type { Logger } from '@vestnik/logging';
import { RESYNC_FRAME } from '../rooms/rooms.ts';
import { sendLive } from '../rooms/subscriber.ts';
import type { RoomMessages } from '../upstream/room-messages.ts';
import { type ConnectedUser, enterRooms, type UserRoom, type UserRooms } from './connected-user.ts';
import type { DeliveryTracker } from './delivery-tracker.ts';
import { sendObserved } from './fan-out.ts';

/** The parts that entering a conversation works with. */
export interface EnterParts {
  logger: Logger;
  messages: RoomMessages;
  deliveries: DeliveryTracker;
  /**
   * Returns a conversation as one of its participants sees it now, ready for `conversation_created`.
   *
   * @throws VestnikError `forbidden` for a user who is not in it.
   */
  present(userId: number, conversationId: number): Promise<Conversation>;
}

/** Waits between attempts to bring a user into a conversation, in milliseconds. */
const RETRIES_MS = [100, 300, 1_000, 3_000];

/**
 * Brings a user's sessions into a conversation that the user has just joined. The sessions get `conversation_created`, then
 * the messages and changes since the joining, then everything live. When the services do not answer for seconds, the
 * sessions are closed, so that their clients come back and start from the state of that time.
 */
export async function enterConversation(
  parts: EnterParts,
  rooms: UserRooms,
  user: ConnectedUser,
  conversationId: number,
): Promise<void> {
  const attempt = Symbol('attempt');
  user.entering ??= new Map();
  user.entering.set(conversationId, attempt);
  const isWanted = () => user.entering?.get(conversationId) === attempt;
  for (let tries = 0; isWanted(); tries += 1) {
    try {
      await rooms.open([conversationId], async ([room]) => {
        if (room) await enter(parts, rooms, user, room, isWanted);
      });
      break;
    } catch (error) {
      // The user has left again. The change of membership is on its way.
      if (error instanceof VestnikError && error.code === 'forbidden') break;
      parts.logger.warn({ err: error }, 'a user cannot be brought into a conversation yet');
      if (tries >= RETRIES_MS.length) for (const session of user.sessions) session.close('restart');
      // The attempts go on behind the last wait: a client that polls is not gone before its next poll.
      await delay(RETRIES_MS[tries] ?? RETRIES_MS.at(-1));
    }
  }
  if (isWanted()) user.entering?.delete(conversationId);
}

async function enter(
  parts: EnterParts,
  rooms: UserRooms,
  user: ConnectedUser,
  room: UserRoom,
  isWanted: () => boolean,
): Promise<void> {
  // The room gets live events by now. So every change is in the answers to the requests below, or it is observed.
  const observed: LiveEvent[] = [];
  const stop = room.addObserver((event) => observed.push(event));
  try {
    const { conversationId } = room;
    const [joined, conversation] = await Promise.all([
      parts.messages.joinedSeqOf(user.userId, conversationId),
      parts.present(user.userId, conversationId),
    ]);
    // From a user who sees no message from before, the room would not hide those that it still has to hand over.
    const isLate = conversation.history_from_join?.includes(user.userId) ?? false;
    if (isLate && (room.lastSeq() ?? 0) < joined) throw new Error('the room lacks messages from before a joining');
    const missed: Message[] = [];
    let after = joined;
    // The room goes on during these requests. The messages that it hands over meanwhile have to be fetched too.
    for (let upTo = room.lastSeq() ?? after; after < upTo; upTo = room.lastSeq() ?? after) {
      const messages = await parts.messages.fetchRange(conversationId, after, upTo);
      if (messages.length === 0) throw new Error('messages that were handed over are not there');
      missed.push(...messages);
      after = (messages.at(-1) as Message).seq;
    }
    if (!isWanted()) return;
    // From here on nothing waits, so no event can come between.
    const created = eventFrame('conversation_created', { conversation });
    for (const session of user.sessions) sendLive(session, created);
    if (room.subscribers.has(user)) {
      // The rooms were renewed meanwhile, after a loss of the bus. The live events since then must not come again.
      for (const session of user.sessions) session.send(RESYNC_FRAME);
      return;
    }
    for (const session of user.sessions) {
      for (const message of missed) sendLive(session, newMessageFrame(message), conversationId);
    }
    sendObserved(
      user,
      observed.filter(
        ({ header: { version, changed_seq } }) =>
          (version === undefined || version > conversation.version) &&
          !(isLate && changed_seq !== undefined && changed_seq <= joined),
      ),
    );
    if (isLate) room.subscribers.hideUpTo(user, joined);
    enterRooms(rooms, user, [room]);
    if (after > joined) parts.deliveries.sent(user, conversationId, joined, after);
  } finally {
    stop();
  }
}
