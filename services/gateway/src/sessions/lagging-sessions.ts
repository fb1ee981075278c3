import type { CountRefusal } from '../limits/refusals.ts';
import { SenderBudget } from '../limits/sender-budget.ts';
import { RESYNC_FRAME } from '../rooms/rooms.ts';
import type { ConnectedUsers } from '../users/connected-users.ts';
import type { Session } from './session.ts';
import { type BacklogLimits, findSlowReaders } from './slow-readers.ts';

/**
 * The sessions whose clients read more slowly than others write to them. Others may write as much as they like, so no client is
 * closed for it:
 *
 * - Beyond a quarter of `LIMIT_BACKLOG_BYTES` each sender has a budget for the session. Events beyond the budget are dropped.
 * - Beyond `LIMIT_BACKLOG_BYTES` the session gets no live events.
 * - When the client has read nearly everything, it gets all live events again, and `resync` if it has missed any.
 *
 * A client that reads nothing, or does not catch up in time, is closed with 4408.
 */
export interface LaggingSessions {
  /** Looks at all sessions. To be called about twice a second. */
  check(): void;
  /** Forgets a session that has closed. */
  closed(session: Session): void;
  /** Returns how many sessions lag. */
  count(): number;
}

interface LagLimits extends BacklogLimits {
  /** Seconds that a session may go without live events. */
  lagSeconds: number;
}

/** One session that lags. */
interface Lag {
  readonly budget: SenderBudget;
  readonly since: number;
  suspendedAt: number;
  /** The smallest backlog since the suspension, and when it was smaller for the last time. */
  smallest: number;
  progressAt: number;
  isClosing: boolean;
}

/** The parts of `LIMIT_BACKLOG_BYTES` at which a lag begins and ends, and the multiple at which a session is closed. */
const BEGIN_PART = 1 / 4;
const END_PART = 1 / 16;
const CLOSE_FACTOR = 4;
/** A client that has read nothing for this long does not read, in milliseconds. */
const STALL_MS = 10_000;
/** A lag lasts this long at least, in milliseconds. It doubles, up to the longest, when a session lags again soon. */
const LEAST_MS = 2_000;
const LONGEST_LEAST_MS = 30_000;
const SOON_MS = 60_000;

type LagUsers = Pick<ConnectedUsers<Session>, 'sessions' | 'changePace' | 'interrupted' | 'resumed'>;

/** Creates the lagging sessions of one gateway. */
export function createLaggingSessions(users: LagUsers, limits: LagLimits, countRefusal: CountRefusal): LaggingSessions {
  const lags = new Map<Session, Lag>();
  /** For sessions that lagged lately: when the lag ended, and how long the next one lasts at least. */
  const lately = new WeakMap<Session, { endedAt: number; leastMs: number }>();

  function begin(session: Session, now: number): void {
    const budget = new SenderBudget(
      () => users.interrupted(session),
      () => countRefusal('sender_budget'),
    );
    lags.set(session, { budget, since: now, suspendedAt: 0, smallest: 0, progressAt: 0, isClosing: false });
    const before = lately.get(session);
    const isAgain = before !== undefined && now - before.endedAt < SOON_MS;
    lately.set(session, {
      endedAt: now,
      leastMs: isAgain ? Math.min(2 * before.leastMs, LONGEST_LEAST_MS) : LEAST_MS,
    });
    session.budget = budget;
    users.changePace(session);
  }

  function end(session: Session, { budget }: Lag, now: number): void {
    lags.delete(session);
    const least = lately.get(session);
    if (least) least.endedAt = now;
    session.budget = undefined;
    users.changePace(session);
    if (!budget.hasMissed) return;
    users.resumed(session);
    session.send(RESYNC_FRAME);
  }

  function suspend(lag: Lag, backlog: number, now: number): void {
    lag.budget.isSuspended = true;
    lag.suspendedAt = now;
    lag.smallest = backlog;
    lag.progressAt = now;
  }

  /** Returns true when the client does not read, or asks for more and more without reading the answers. */
  function isHopeless(lag: Lag, backlog: number, now: number): boolean {
    if (!lag.budget.isSuspended) return false;
    if (backlog < lag.smallest) {
      lag.smallest = backlog;
      lag.progressAt = now;
    }
    const isLate = now - lag.progressAt > STALL_MS || now - lag.suspendedAt > limits.lagSeconds * 1_000;
    return isLate || backlog > CLOSE_FACTOR * limits.backlogBytes;
  }

  function look(session: Session, lag: Lag, now: number): void {
    const backlog = session.backlog();
    if (backlog <= END_PART * limits.backlogBytes) {
      lag.budget.isSuspended = false;
      if (now - lag.since >= (lately.get(session)?.leastMs ?? LEAST_MS)) end(session, lag, now);
    } else if (!lag.isClosing && isHopeless(lag, backlog, now)) {
      lag.isClosing = true;
      countRefusal('slow_socket');
      session.close('tooSlow');
    }
  }

  return {
    check() {
      const now = performance.now();
      const behind: Session[] = [];
      for (const session of users.sessions()) {
        const backlog = session.backlog();
        if (backlog === 0) continue;
        behind.push(session);
        if (backlog > BEGIN_PART * limits.backlogBytes && !lags.has(session)) begin(session, now);
      }
      for (const session of findSlowReaders(behind, limits)) {
        if (!lags.has(session)) begin(session, now);
        const lag = lags.get(session);
        if (lag && !lag.budget.isSuspended) suspend(lag, session.backlog(), now);
      }
      for (const [session, lag] of lags) look(session, lag, now);
    },
    closed: (session) => void lags.delete(session),
    count: () => lags.size,
  };
}
