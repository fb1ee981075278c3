import { setTimeout as delay } from 'node:timers/promises';
import { type Conversation, type Message, messagesEndpoints } from '@vestnik/contracts';
import type { HubParts } from './hub-parts.ts';
import type { LocalUser, Room } from './occupancy.ts';
import { newMessageFrame } from './room.ts';
import { RESYNC_FRAME, type Rooms } from './rooms.ts';

/** Waits between attempts to bring a user into a conversation, in milliseconds. */
const RETRIES_MS = [100, 300, 1_000, 3_000];

/**
 * Brings a user's connected sessions into a conversation that the user has just come into: first
 * `conversation_created`, then what was written since, then everything live. When the services do not answer for
 * seconds the sessions are closed, so that their clients come back and start from what is true then.
 */
export async function enterLive(
  parts: HubParts,
  rooms: Rooms,
  user: LocalUser,
  conversation: Conversation,
): Promise<void> {
  const attempt = Symbol('attempt');
  user.entering ??= new Map();
  user.entering.set(conversation.id, attempt);
  const isWanted = () => user.entering?.get(conversation.id) === attempt;
  for (let tries = 0; isWanted(); tries += 1) {
    try {
      await rooms.open([conversation.id], async ([room]) => {
        if (room) await enter(parts, rooms, user, room, conversation, isWanted);
      });
      break;
    } catch (error) {
      parts.logger.warn({ err: error }, 'a user cannot be brought into a conversation yet');
      const wait = RETRIES_MS[tries];
      if (wait !== undefined) await delay(wait);
      else for (const session of user.sessions) session.close('restart');
    }
  }
  if (isWanted()) user.entering?.delete(conversation.id);
}

async function enter(
  { bus, deliveries, present }: HubParts,
  rooms: Rooms,
  user: LocalUser,
  room: Room,
  conversation: Conversation,
  isWanted: () => boolean,
): Promise<void> {
  const [{ heads }, presented] = await Promise.all([
    bus.request(messagesEndpoints.heads, { conversation_ids: [conversation.id], user_id: user.userId }),
    present(user.userId, conversation),
  ]);
  const joined = heads[0]?.joined_seq ?? heads[0]?.seq ?? 0;
  let after = joined;
  const missed: Message[] = [];
  // The room goes on while this fetches; what it hands out meanwhile has to be fetched too.
  for (let upTo = room.lastSeq() ?? after; after < upTo; upTo = room.lastSeq() ?? after) {
    const { messages } = await bus.request(messagesEndpoints.range, {
      conversation_id: conversation.id,
      after_seq: after,
      up_to_seq: upTo,
    });
    const last = messages.at(-1);
    if (!last) throw new Error('messages that were handed out are not there');
    missed.push(...messages);
    after = last.seq;
  }
  if (!isWanted()) return;
  const created = JSON.stringify({ event: 'conversation_created', data: { conversation: presented } });
  if (room.audience.has(user)) {
    // Rooms were renewed meanwhile, after a loss of the bus: what came live since must not come again.
    for (const session of user.sessions) for (const frame of [created, RESYNC_FRAME]) session.send(frame);
    return;
  }

  // From here on nothing waits, so nothing can come between.
  const frames = [created, ...missed.map(newMessageFrame)];
  for (const session of user.sessions) for (const frame of frames) session.send(frame);
  rooms.enter(user, [room]);
  if (after > joined) deliveries.reached(user, conversation.id, joined, after);
}
