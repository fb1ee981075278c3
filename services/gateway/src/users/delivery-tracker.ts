import type { RoomsObserver } from '../rooms/rooms.ts';
import type { DeliveryReceipts } from '../upstream/delivery-receipts.ts';
import type { DeliveredRange } from '../upstream/join-ranges.ts';
import type { ConnectedUser, UserRoom } from './connected-user.ts';

/** Tracks which messages have reached the devices here, gathers them over a moment, and has them reported. */
export interface DeliveryTracker extends RoomsObserver<ConnectedUser> {
  /** Messages were sent to one user alone: those behind `afterSeq` up to `upToSeq`. */
  sent(user: ConnectedUser, conversationId: number, afterSeq: number, upToSeq: number): void;
  stop(): void;
}

/** The range that a room handed over, until it is settled for all subscribers. */
interface HandedRange {
  upToSeq: number;
  /** For each share of the users, the `seq` up to which the range is settled. */
  afterSeqs: number[];
  /** For each user who entered meanwhile, the `seq` behind which the range reached this user. */
  entered: Map<ConnectedUser, number> | undefined;
}

interface Waiting extends DeliveredRange {
  user: ConnectedUser;
}

/** How long deliveries are gathered, in milliseconds. */
const GATHER_MS = 300;
/**
 * Above this number of subscribers, each round settles one share of a room's users, so that each user's deliveries are
 * gathered over as many rounds. Every round costs a marker for each of its users, and all at once would delay others.
 */
const LARGE_ROOM_USERS = 50;
const SHARES = 10;
/** Deliveries that may wait. A device that syncs is reported anew, so the oldest may be dropped. */
const MAX_WAITING = 100_000;

/** Creates the delivery tracker of one gateway. */
export function createDeliveryTracker(receipts: DeliveryReceipts): DeliveryTracker {
  const handedOver = new Map<UserRoom, HandedRange>();
  let waiting: Waiting[] = [];
  let timer: NodeJS.Timeout | undefined;
  let rounds = 0;

  function settleAll(room: UserRoom, range: HandedRange): void {
    for (const user of room.subscribers.users()) settle(room, range, user);
    handedOver.delete(room);
  }

  function settleShare(room: UserRoom, range: HandedRange, share: number): void {
    for (const user of room.subscribers.users()) if (shareOf(user) === share) settle(room, range, user);
    range.afterSeqs[share] = range.upToSeq;
    if (range.afterSeqs.every((seq) => seq === range.upToSeq)) handedOver.delete(room);
  }

  function settle(
    { conversationId }: UserRoom,
    { upToSeq, afterSeqs, entered }: HandedRange,
    user: ConnectedUser,
  ): void {
    const afterSeq = Math.max(afterSeqs[shareOf(user)] ?? 0, entered?.get(user) ?? 0);
    entered?.delete(user);
    if (afterSeq < upToSeq) waiting.push({ user, userId: user.userId, conversationId, afterSeq, upToSeq });
  }

  function schedule(): void {
    timer ??= setTimeout(gather, GATHER_MS);
  }

  function gather(): void {
    timer = undefined;
    rounds += 1;
    for (const [room, range] of handedOver) {
      if (room.subscribers.count() <= LARGE_ROOM_USERS) settleAll(room, range);
      else settleShare(room, range, rounds % SHARES);
    }
    const present = waiting.slice(-MAX_WAITING).filter(({ user }) => user.sessions.length > 0);
    waiting = present.filter(({ user }) => !hasDrained(user));
    for (const { user, ...range } of present) if (hasDrained(user)) receipts.add(range);
    if (waiting.length > 0 || handedOver.size > 0) schedule();
  }

  return {
    handed(room, firstSeq, lastSeq) {
      const range = handedOver.get(room);
      if (range && firstSeq <= range.upToSeq + 1) range.upToSeq = lastSeq;
      else {
        // Messages between the two ranges were given up and reached nobody.
        if (range) settleAll(room, range);
        const afterSeqs = Array.from({ length: SHARES }, () => firstSeq - 1);
        handedOver.set(room, { upToSeq: lastSeq, afterSeqs, entered: undefined });
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
      waiting.push({ user, userId: user.userId, conversationId, afterSeq, upToSeq });
      schedule();
    },
    stop: () => clearTimeout(timer),
  };
}

function shareOf(user: ConnectedUser): number {
  return user.userId % SHARES;
}

/** Returns true when everything that was sent has left this gateway, for one device at least. */
function hasDrained(user: ConnectedUser): boolean {
  for (const session of user.sessions) if (session.backlog() === 0) return true;
  return false;
}
