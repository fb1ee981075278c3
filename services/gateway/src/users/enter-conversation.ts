import { setTimeout as delay } from 'node:timers/promises';
import {
  eventFrame,
  type LiveEvent,
  type Message,
  messagesEndpoints,
  newMessageFrame,
  VestnikError,
} from '@vestnik/contracts';
import { RESYNC_FRAME, type Rooms } from '../rooms/rooms.ts';
import type { ConnectedUser, Room } from '../users/connected-user.ts';
import { sendObserved } from '../users/fan-out.ts';
import type { ConnectedUsersParts } from './connected-users-parts.ts';

/** Waits between attempts to bring a user into a conversation, in milliseconds. */
const RETRIES_MS = [100, 300, 1_000, 3_000];

/**
 * Brings a user's connected sessions into a conversation that the user has just come into: first
 * `conversation_created`, then what was written and changed since, then everything live. When the services do not answer
 * for seconds the sessions are closed, so that their clients come back and start from what is true then.
 */
export async function enterConversation(
  parts: ConnectedUsersParts,
  rooms: Rooms,
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
      // The user has left again, of which the news is on its way.
      if (error instanceof VestnikError && error.code === 'forbidden') break;
      parts.logger.warn({ err: error }, 'a user cannot be brought into a conversation yet');
      if (tries >= RETRIES_MS.length) for (const session of user.sessions) session.close('restart');
      // Also behind that: a client that polls is not gone before it polls.
      await delay(RETRIES_MS[tries] ?? RETRIES_MS.at(-1));
    }
  }
  if (isWanted()) user.entering?.delete(conversationId);
}

async function enter(
  parts: ConnectedUsersParts,
  rooms: Rooms,
  user: ConnectedUser,
  room: Room,
  isWanted: () => boolean,
): Promise<void> {
  // The room is heard by now: what changes is in what is asked for behind this, or it is observed.
  const observed: LiveEvent[] = [];
  const stop = room.addObserver((event) => observed.push(event));
  try {
    const { conversationId } = room;
    const [{ heads }, conversation] = await Promise.all([
      parts.bus.request(messagesEndpoints.findHeads, { conversation_ids: [conversationId], user_id: user.userId }),
      parts.present(user.userId, conversationId),
    ]);
    const joined = heads[0]?.joined_seq ?? heads[0]?.seq ?? 0;
    const missed: Message[] = [];
    let after = joined;
    // The room goes on while this fetches; what it hands out meanwhile has to be fetched too.
    for (let upTo = room.lastSeq() ?? after; after < upTo; upTo = room.lastSeq() ?? after) {
      const messages = await fetchRange(parts, conversationId, after, upTo);
      missed.push(...messages);
      after = (messages.at(-1) as Message).seq;
    }
    if (!isWanted()) return;
    // From here on nothing waits, so nothing can come between.
    const created = eventFrame('conversation_created', { conversation });
    for (const session of user.sessions) session.send(created);
    if (room.subscribers.has(user)) {
      // Rooms were renewed meanwhile, after a loss of the bus: what came live since must not come again.
      for (const session of user.sessions) session.send(RESYNC_FRAME);
      return;
    }
    for (const session of user.sessions) for (const message of missed) session.send(newMessageFrame(message));
    sendObserved(
      user,
      observed.filter(({ header }) => header.version === undefined || header.version > conversation.version),
    );
    rooms.enter(user, [room]);
    if (after > joined) parts.deliveries.reached(user, conversationId, joined, after);
  } finally {
    stop();
  }
}

/** At least the first of the messages that the sockets in a room have. */
async function fetchRange(
  { bus }: ConnectedUsersParts,
  conversationId: number,
  after: number,
  upTo: number,
): Promise<Message[]> {
  const range = { conversation_id: conversationId, after_seq: after, up_to_seq: upTo };
  const { messages } = await bus.request(messagesEndpoints.readRange, range);
  if (messages.length === 0) throw new Error('messages that were handed out are not there');
  return messages;
}
