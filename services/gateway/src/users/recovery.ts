import { setTimeout as delay } from 'node:timers/promises';
import type { Conversation } from '@vestnik/contracts';
import type { Logger } from '@vestnik/logging';
import { eachWithPauses, RESYNC_FRAME } from '../rooms/rooms.ts';
import { type ConnectedUser, enterRooms, type UserRooms } from './connected-user.ts';
import type { Membership } from './membership.ts';

/** The parts that recovery works with. */
export interface RecoveryParts {
  logger: Logger;
  rooms: UserRooms;
  membership: Membership;
  /** Returns all users who are connected here now. */
  users(): Iterable<ConnectedUser>;
  isHere(user: ConnectedUser): boolean;
  /** Returns the conversations that a user is in, as the conversations service knows them. */
  conversationsOf(user: ConnectedUser): Promise<number[]>;
  /** Returns conversations by id, whether or not a user is in them. */
  copiesOf(conversationIds: readonly number[]): Promise<ReadonlyMap<number, Conversation>>;
}

/** Wait before a user's rooms are asked for again after the bus was away, in milliseconds. */
const RETRY_MS = 500;

/**
 * Creates the recovery after events may have been missed. It sends `resync` to all sessions and brings every user's rooms
 * up to date. All rooms are paused until every user has left the rooms that this user is no longer in. Of two recoveries
 * under way at once the later one goes on.
 */
export function createRecovery(parts: RecoveryParts): () => Promise<void> {
  const { logger, rooms, membership, users, isHere, conversationsOf, copiesOf } = parts;
  let newest: symbol | undefined;

  /** Tries until the work is done or the user is no longer connected. */
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
    const hasChanged = watchMembership(user);
    const conversationIds = new Set(await conversationsOf(user));
    if (!isHere(user)) return;
    const lost = Array.from(user.rooms, (room) => room.conversationId).filter((id) => !conversationIds.has(id));
    if (lost.length === 0) return;
    const copies = await copiesOf(lost);
    await eachWithPauses(lost, (id) => {
      const conversation = copies.get(id);
      if (!conversation || !isHere(user) || hasChanged(id)) return;
      const { version, participants, invited = [] } = conversation;
      const isInvited = invited.some(({ user_id }) => user_id === user.userId);
      // A user who has come back meanwhile is where the user belongs.
      if (!isInvited && participants.includes(user.userId)) return;
      // An invitation is newer than the removal before it.
      membership.leave(user, id, isInvited ? version - 1 : version);
    });
  }

  async function enterNewRooms(user: ConnectedUser): Promise<void> {
    const hasChanged = watchMembership(user);
    const conversationIds = await conversationsOf(user);
    const missing = conversationIds.filter((id) => !rooms.enteredBy(user, id));
    await rooms.open(missing, (opened) => {
      if (!isHere(user)) return;
      const unchanged = opened.filter(({ conversationId }) => !hasChanged(conversationId));
      const added = enterRooms(rooms, user, unchanged);
      // The client does not know these conversations from any event.
      if (added.length > 0) resync([user]);
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
    // Events of the pause were dropped.
    resync(present);
    await Promise.all(present.map((user) => persist(user, enterNewRooms)));
  };
}

/**
 * Returns a function that answers whether the user's membership of a conversation has changed since this call. Such a change
 * counts more than an older answer of the conversations service.
 */
function watchMembership(user: ConnectedUser): (conversationId: number) => boolean {
  const before = new Map(user.versions);
  return (conversationId) => user.versions?.get(conversationId) !== before.get(conversationId);
}

function resync(users: readonly ConnectedUser[]): void {
  for (const user of users) for (const session of user.sessions) session.send(RESYNC_FRAME);
}
