import { eachWithPauses, type RoomsObserver } from '../rooms/rooms.ts';
import type { UserRange } from '../upstream/join-ranges.ts';
import type { ConnectedUser, UserRoom, UserSession } from './connected-user.ts';

/**
 * Tracks which messages have reached the devices here. A message is delivered when a device has answered after the message
 * was written to its socket: by a pong, or by a frame of its own. A write alone proves nothing, since the line may be dead.
 *
 * Writes are counted by a clock that advances with each range of messages. A device that answers has everything that was
 * written up to the time of the question. A session that has unconfirmed messages is asked at most once a second, however
 * many messages it gets.
 */
export interface DeliveryTracker extends RoomsObserver<ConnectedUser> {
  /** Messages were sent to one user alone: those behind `afterSeq` up to `upToSeq`. */
  sent(user: ConnectedUser, conversationId: number, afterSeq: number, upToSeq: number): void;
  /** A session got messages that it asked for. With them its device has everything up to `upToSeq`. */
  answeredSync(user: ConnectedUser, session: UserSession, conversationId: number, upToSeq: number): void;
  /** A session of a user begins to get messages. To be called before the session is added. */
  began(user: ConnectedUser, session: UserSession): void;
  /** A session of a user that lags is about to miss messages, until `began`. */
  interrupted(user: ConnectedUser, session: UserSession): void;
  /** A device answered after the write at `time`; without one, after everything that was written to it. */
  answered(user: ConnectedUser, session: UserSession, time?: number): void;
  /** To be called when all sessions have ended: reports what is left. */
  stop(): void;
}

/** Reports of a delivery tracker. */
export interface DeliveryTrackerParts {
  /** Called for messages that a device has confirmed. */
  onDelivered(range: UserRange): void;
  /** Called for messages whose sessions have all ended without a confirmation. */
  onLost(range: UserRange): void;
}

/** The range that a room handed over, until it is settled for all subscribers. */
interface HandedRange {
  upToSeq: number;
  /** When the newest of it was written. */
  time: number;
  /** For each share of the users, the `seq` up to which the range is settled. */
  afterSeqs: number[];
  /** For each user who entered meanwhile, the `seq` behind which the range reached this user. */
  entered: Map<ConnectedUser, number> | undefined;
}

/** A range that was written to a user's sockets and is not confirmed. */
interface Unconfirmed extends UserRange {
  time: number;
  /** The session that asked for these messages. The other sessions of the user did not get them. */
  only?: UserSession;
}

/** How long deliveries are gathered, in milliseconds. */
const GATHER_MS = 300;
/** How long answers are gathered, in milliseconds. */
const GATHER_ANSWERS_MS = 20;
/** A session is asked for an answer at most this often, in milliseconds. */
const ASK_EVERY_MS = 1_000;
/** A question without an answer is asked again after this time, in milliseconds: a device may answer the newest ping only. */
const ASK_AGAIN_MS = 5_000;
/**
 * Above this number of subscribers, each round settles one share of a room's users, so that each user's deliveries are
 * gathered over as many rounds. Every round costs a marker for each of its users, and all at once would delay others.
 */
const LARGE_ROOM_USERS = 50;
const SHARES = 10;
/** Unconfirmed ranges of one user. Beyond that the oldest are lost. */
const MAX_UNCONFIRMED = 1_000;

/** Creates the delivery tracker of one gateway. */
export function createDeliveryTracker({ onDelivered, onLost }: DeliveryTrackerParts): DeliveryTracker {
  const handedOver = new Map<UserRoom, HandedRange>();
  const unconfirmed = new Map<ConnectedUser, Unconfirmed[]>();
  /** For each session that was asked lately, when it was asked last: in milliseconds, and by the clock. */
  const asked = new Map<UserSession, { at: number; time: number }>();
  /** Users with a device that has answered since the last check. */
  const answering = new Set<ConnectedUser>();
  let clock = 1;
  let rounds = 0;
  let gatherTimer: NodeJS.Timeout | undefined;
  let answersTimer: NodeJS.Timeout | undefined;

  function settleAll(room: UserRoom, range: HandedRange): void {
    for (const user of room.subscribers.users()) settle(room, range, user);
    handedOver.delete(room);
  }

  function settleShare(room: UserRoom, range: HandedRange, share: number): void {
    for (const user of room.subscribers.users()) if (shareOf(user) === share) settle(room, range, user);
    range.afterSeqs[share] = range.upToSeq;
    if (range.afterSeqs.every((seq) => seq === range.upToSeq)) handedOver.delete(room);
  }

  function settle({ conversationId }: UserRoom, range: HandedRange, user: ConnectedUser): void {
    const { upToSeq, time, afterSeqs, entered } = range;
    const afterSeq = Math.max(afterSeqs[shareOf(user)] ?? 0, entered?.get(user) ?? 0);
    entered?.delete(user);
    if (afterSeq < upToSeq) note(user, { userId: user.userId, conversationId, afterSeq, upToSeq, time });
  }

  /** Settles for one user what the rooms of this user have handed over until now. */
  function settleRooms(user: ConnectedUser): void {
    for (const room of user.rooms) {
      const range = handedOver.get(room);
      if (!range) continue;
      settle(room, range, user);
      range.entered ??= new Map();
      range.entered.set(user, range.upToSeq);
    }
  }

  function note(user: ConnectedUser, range: Unconfirmed): void {
    const ranges = unconfirmed.get(user);
    if (!ranges) unconfirmed.set(user, [range]);
    else if (ranges.push(range) > MAX_UNCONFIRMED) lose(ranges.shift() as Unconfirmed);
    schedule();
  }

  /** Pushes for the messages of a sync were decided when the messages were stored. */
  function lose(range: Unconfirmed): void {
    if (!range.only) onLost(range);
  }

  function schedule(): void {
    gatherTimer ??= setTimeout(gather, GATHER_MS);
  }

  function gather(): void {
    gatherTimer = undefined;
    rounds += 1;
    for (const [room, range] of handedOver) {
      if (room.subscribers.count() <= LARGE_ROOM_USERS) settleAll(room, range);
      else settleShare(room, range, rounds % SHARES);
    }
    const now = performance.now();
    for (const [session, { at }] of asked) if (now - at >= ASK_AGAIN_MS) asked.delete(session);
    const unsure = [...unconfirmed.keys()].filter((user) => !confirm(user));
    // Each question is a write of its own, and thousands of sessions may be asked.
    void eachWithPauses(unsure, ask);
    if (unconfirmed.size > 0 || handedOver.size > 0) schedule();
  }

  /** Reports what a user's devices have confirmed, and what they never will. Returns true when nothing is left. */
  function confirm(user: ConnectedUser): boolean {
    const left: Unconfirmed[] = [];
    /** Conversations of which an earlier range is unconfirmed: a marker moves over nothing that may be missing. */
    const waiting = new Set<number>();
    for (const range of unconfirmed.get(user) ?? []) {
      const state = waiting.has(range.conversationId) ? 'open' : stateOf(user, range);
      if (state === 'confirmed') onDelivered(range);
      else if (state === 'lost') lose(range);
      else {
        waiting.add(range.conversationId);
        left.push(range);
      }
    }
    if (left.length > 0) unconfirmed.set(user, left);
    else unconfirmed.delete(user);
    return left.length === 0;
  }

  function ask(user: ConnectedUser): void {
    const now = performance.now();
    for (const session of user.sessions) {
      const before = asked.get(session);
      const waitMs = before && session.answeredAt < before.time ? ASK_AGAIN_MS : ASK_EVERY_MS;
      if (before && now - before.at < waitMs) continue;
      asked.set(session, { at: now, time: clock });
      session.askForAnswer(clock);
    }
  }

  function confirmAnswering(): void {
    answersTimer = undefined;
    for (const user of answering) confirm(user);
    answering.clear();
  }

  return {
    handed(room, firstSeq, lastSeq) {
      clock += 1;
      const range = handedOver.get(room);
      if (range && firstSeq <= range.upToSeq + 1) {
        range.upToSeq = lastSeq;
        range.time = clock;
      } else {
        // Messages between the two ranges were given up and reached no socket.
        if (range) settleAll(room, range);
        const afterSeqs = Array.from({ length: SHARES }, () => firstSeq - 1);
        handedOver.set(room, { upToSeq: lastSeq, time: clock, afterSeqs, entered: undefined });
      }
      schedule();
    },
    entered(room, user) {
      const range = handedOver.get(room);
      if (!range) return;
      range.entered ??= new Map();
      range.entered.set(user, range.upToSeq);
    },
    left(room, user) {
      const range = handedOver.get(room);
      if (range) settle(room, range, user);
    },
    sent(user, conversationId, afterSeq, upToSeq) {
      clock += 1;
      note(user, { userId: user.userId, conversationId, afterSeq, upToSeq, time: clock });
    },
    answeredSync(user, session, conversationId, upToSeq) {
      clock += 1;
      note(user, { userId: user.userId, conversationId, afterSeq: 0, upToSeq, time: clock, only: session });
    },
    began(user, session) {
      session.liveSince = clock;
      session.liveUntil = Number.POSITIVE_INFINITY;
      // Messages that were handed over before did not reach this session.
      settleRooms(user);
    },
    interrupted(user, session) {
      // Messages that were handed over before did reach this session.
      settleRooms(user);
      session.liveUntil = clock;
    },
    answered(user, session, time = clock) {
      session.answeredAt = Math.max(session.answeredAt, Math.min(time, clock));
      if (!unconfirmed.has(user)) return;
      answering.add(user);
      answersTimer ??= setTimeout(confirmAnswering, GATHER_ANSWERS_MS);
    },
    stop() {
      for (const [room, range] of handedOver) settleAll(room, range);
      clearTimeout(gatherTimer);
      clearTimeout(answersTimer);
      for (const user of unconfirmed.keys()) confirm(user);
    },
  };
}

function shareOf(user: ConnectedUser): number {
  return user.userId % SHARES;
}

/** Returns whether a write has been confirmed by one of the user's devices, may still be, or never will be. */
function stateOf(
  { sessions, endedSession }: ConnectedUser,
  { time, only }: Unconfirmed,
): 'confirmed' | 'open' | 'lost' {
  const hasGot = (session: UserSession) =>
    session.liveSince < time && (only ? only === session : time <= session.liveUntil);
  let isOpen = false;
  for (const session of sessions) {
    if (!hasGot(session)) continue;
    if (session.answeredAt >= time) return 'confirmed';
    isOpen = true;
  }
  if (endedSession && hasGot(endedSession) && endedSession.answeredAt >= time) return 'confirmed';
  return isOpen ? 'open' : 'lost';
}
