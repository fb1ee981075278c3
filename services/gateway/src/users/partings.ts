import { setTimeout as delay } from 'node:timers/promises';
import type { Bus } from '@vestnik/bus';
import {
  type BlockChanged,
  type ContractChanged,
  durableEvents,
  messagesEndpoints,
  type PartingChange,
} from '@vestnik/contracts';
import type { Logger } from '@vestnik/logging';
import type { UserRoom, UserRooms, UserSession } from './connected-user.ts';

/** The parts that partings work with. */
export interface PartingParts {
  bus: Bus;
  logger: Logger;
  rooms: UserRooms;
  /** Returns the sessions of all connected users. */
  sessions(): Iterable<UserSession>;
  /** Returns the rooms that a user is in. */
  roomsOf(userId: number): Iterable<UserRoom>;
}

/** Rooms that one request asks about. */
const ROOMS_AT_ONCE = 5_000;
/** Wait before messages is asked again, in milliseconds. */
const RETRY_MS = 200;
/** How often the event loop is looked at, and the longest time between two looks that is no stall, in milliseconds. */
const LOOK_EVERY_MS = 200;
const STALL_MS = 700;

/**
 * Starts to follow severed contracts and blocks. The gateway seals every room that such an event may concern, before it hands over
 * the next frame. Then messages tells which rooms the event does concern, and the gateway opens the others again. While messages
 * cannot tell, the rooms stay sealed.
 *
 * A gateway that stood still may receive older frames before a severing. It keeps them back until it has received everything that
 * came meanwhile. With users of one company alone nothing can cross, and the gateway keeps nothing back.
 */
export function startPartings(parts: PartingParts): { stop(): void } {
  const { bus, logger, rooms } = parts;
  let isStopped = false;

  async function settle(change: PartingChange, touched: UserRoom[]): Promise<void> {
    for (const room of touched) room.seal();
    for (let start = 0; start < touched.length; start += ROOMS_AT_ONCE) {
      const part = touched.slice(start, start + ROOMS_AT_ONCE);
      const parted = await findParted(change, part);
      for (const room of part) if (!parted.has(room.conversationId)) room.unseal();
    }
  }

  async function findParted(change: PartingChange, touched: UserRoom[]): Promise<Set<number>> {
    const conversation_ids = touched.map((room) => room.conversationId);
    while (!isStopped) {
      try {
        const found = await bus.request(messagesEndpoints.applyParting, { change, conversation_ids });
        return new Set(found.conversation_ids);
      } catch (error) {
        logger.warn({ err: error }, 'rooms stay sealed until messages tells what crosses');
        await delay(RETRY_MS);
      }
    }
    return new Set(conversation_ids);
  }

  /** Returns the rooms of everybody here who is of one of the companies, or one of the people. */
  function roomsWith(companyIds: readonly (number | null)[], userIds: readonly (number | null)[]): UserRoom[] {
    const found = new Set<UserRoom>();
    for (const { userId, companyId } of parts.sessions()) {
      if (!companyIds.includes(companyId) && !userIds.includes(userId)) continue;
      for (const room of parts.roomsOf(userId)) found.add(room);
    }
    return [...found];
  }

  const unsubscribes = [
    bus.subscribe(durableEvents.contractChanged.subject, (payload) => {
      const { contract } = JSON.parse(Buffer.from(payload).toString()) as ContractChanged;
      const isSevered = contract.state === 'severed';
      void settle({ contract }, isSevered ? roomsWith(contract.company_ids, []) : []);
    }),
    bus.subscribe(durableEvents.blockChanged.subject, (payload) => {
      const { block } = JSON.parse(Buffer.from(payload).toString()) as BlockChanged;
      const { blocker_company_id, blocked_company_id, blocker_id, blocked_id } = block;
      void settle({ block }, roomsWith([blocker_company_id, blocked_company_id], [blocker_id, blocked_id]));
    }),
  ];

  let lookedAt = performance.now();
  const looking = setInterval(() => {
    const stoodStill = performance.now() - lookedAt > STALL_MS;
    lookedAt = performance.now();
    if (stoodStill && hasSeveralCompanies(parts.sessions())) void catchUp();
  }, LOOK_EVERY_MS);
  looking.unref();

  /** Everything that the bus server sent before is here when it answers. */
  async function catchUp(): Promise<void> {
    rooms.hold();
    // A bus that is away has the rooms paused, and recovered once it is back.
    await bus.flush().catch((error: unknown) => logger.warn({ err: error }, 'the bus did not answer after a stall'));
    rooms.release();
  }

  return {
    stop() {
      isStopped = true;
      clearInterval(looking);
      for (const unsubscribe of unsubscribes) unsubscribe();
    },
  };
}

function hasSeveralCompanies(sessions: Iterable<UserSession>): boolean {
  let first: number | undefined;
  for (const { companyId } of sessions) {
    first ??= companyId;
    if (companyId !== first) return true;
  }
  return false;
}
