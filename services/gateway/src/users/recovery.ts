import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from '@vestnik/logging';
import { RESYNC_FRAME, type Rooms } from '../rooms/rooms.ts';
import type { ConnectedUser } from '../users/connected-user.ts';
import type { Membership } from './membership.ts';

/** What recovering works with. */
export interface RecoveryParts {
  logger: Logger;
  rooms: Rooms;
  membership: Membership;
  /** Everybody who is connected here now. */
  users(): Iterable<ConnectedUser>;
  isHere(user: ConnectedUser): boolean;
  /** The conversations that a user is in, as the service that decides it knows them. */
  conversationsOf(user: ConnectedUser): Promise<number[]>;
}

/** Wait before a user's rooms are asked for again after the bus was away, in milliseconds. */
const RETRY_MS = 500;

/**
 * Creates what is done after events may have been missed: everybody is told to `sync`, and every user's rooms are brought
 * up to date. Rooms are paused until all have left those that they are no longer in. Of two under way at once the later
 * one goes on.
 */
export function createRecovery(parts: RecoveryParts): () => Promise<void> {
  const { logger, rooms, membership, users, isHere, conversationsOf } = parts;
  let newest: symbol | undefined;

  /** Tries until it works or the user has gone. */
  async function persist(user: ConnectedUser, work: (user: ConnectedUser) => Promise<void>): Promise<void> {
    while (isHere(user)) {
      try {
        await user.opened;
        await work(user);
        return;
      } catch (error) {
        logger.warn({ err: error }, 'the rooms of a user cannot be renewed yet');
        await delay(RETRY_MS);
      }
    }
  }

  async function leaveLostRooms(user: ConnectedUser): Promise<void> {
    const hasNews = watchNews(user);
    const conversationIds = new Set(await conversationsOf(user));
    if (!isHere(user)) return;
    for (const { conversationId } of user.rooms) {
      if (!conversationIds.has(conversationId) && !hasNews(conversationId)) membership.leave(user, conversationId);
    }
  }

  async function enterNewRooms(user: ConnectedUser): Promise<void> {
    const hasNews = watchNews(user);
    const conversationIds = await conversationsOf(user);
    const missing = conversationIds.filter((id) => !rooms.enteredBy(user, id));
    await rooms.open(missing, (all) => {
      if (!isHere(user)) return;
      const opened = all.filter(({ conversationId }) => !hasNews(conversationId));
      rooms.enter(user, opened);
      // What the client was told of before does not name these.
      if (opened.length > 0) resync([user]);
    });
  }

  return async () => {
    const recovery = Symbol('recovery');
    newest = recovery;
    rooms.pause();
    const present = [...users()];
    resync(present);
    await Promise.all(present.map((user) => persist(user, leaveLostRooms)));
    if (newest !== recovery) return;
    rooms.resume();
    // What was told during the pause was dropped.
    resync(present);
    await Promise.all(present.map((user) => persist(user, enterNewRooms)));
  };
}

/**
 * Returns what tells, of a conversation, whether news of the user's membership have come since. Those count more than older
 * answers.
 */
function watchNews(user: ConnectedUser): (conversationId: number) => boolean {
  const before = new Map(user.versions);
  return (conversationId) => user.versions?.get(conversationId) !== before.get(conversationId);
}

function resync(users: readonly ConnectedUser[]): void {
  for (const user of users) for (const session of user.sessions) session.send(RESYNC_FRAME);
}
