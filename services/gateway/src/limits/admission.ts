import { VestnikError } from '@vestnik/contracts';
import type { GatewayLimits } from '../config.ts';
import { createOpeningPace } from './opening-pace.ts';

/**
 * Lets sessions open at the rate that the services bear. Opening one asks services over the bus; when thousands of
 * clients come back at once some open, as many wait for their turn as will have it soon, and the others are told when to
 * come again, each at another time.
 */
export interface Admission {
  /** Why it would be of no use to wait now, with the time to come again; undefined when one may come. */
  refusal(): VestnikError | undefined;
  /**
   * Waits for the turn of one session, first come, first served. Who was `invited`, because `refusal` had nothing against
   * it a moment ago, is not sent away before it has waited.
   *
   * @throws VestnikError `unavailable` with `retryAfterSeconds` when the turn is too far away or did not come in time.
   */
  enter(invited?: boolean): Promise<Opening>;
  counts(): { opening: number; waiting: number; atOnce: number };
  /** Refuses who waits and who comes. */
  close(): void;
}

/** The turn of one session. Whatever is called first ends it; the rest has no effect. */
export interface Opening {
  /** Delivery is live. */
  live(): void;
  /** The services did not answer in time. */
  failed(): void;
  /** It came to nothing for a reason that says nothing about the services. */
  abandoned(): void;
}

interface Waiting {
  since: number;
  resolve(opening: Opening): void;
  reject(error: VestnikError): void;
}

/** Turns given before the loop looks at other sockets: established ones are not to wait for those who come. */
const PER_LOOP = 8;
/** Nobody is told to stay away for longer, in seconds: what is wrong may be mended at any moment. */
const LONGEST_RETRY = 10;

/** Creates the admission of one gateway. `onRefused` is told of everybody who is sent away. */
export function createAdmission(limits: GatewayLimits, onRefused: () => void): Admission {
  const pace = createOpeningPace(limits.openings);
  const waitMs = limits.openingWaitSeconds * 1_000;
  let waiting: Waiting[] = [];
  let opening = 0;
  /** The time that is given to who is sent away next. */
  let nextAppointment = 0;
  let pumping = false;
  let timer: NodeJS.Timeout | undefined;
  let closed = false;

  /** Appointments follow each other at the pace of the openings, behind those who wait: so the return is spread. */
  function sendAway(): VestnikError {
    const now = performance.now();
    const stepMs = 1_000 / pace.perSecond();
    nextAppointment = Math.max(nextAppointment, now + waiting.length * stepMs) + stepMs;
    let seconds = Math.max(1, Math.ceil((nextAppointment - now) / 1_000));
    if (seconds > LONGEST_RETRY) {
      seconds = 1 + Math.floor(Math.random() * LONGEST_RETRY);
      nextAppointment = now + LONGEST_RETRY * 1_000;
    }
    onRefused();
    return new VestnikError('unavailable', 'Too many clients come at once; try again later', {
      retryAfterSeconds: seconds,
    });
  }

  function isFull(): boolean {
    if (closed || waiting.length >= limits.openingsWaiting) return true;
    return (waiting.length / pace.perSecond()) * 1_000 > waitMs;
  }

  const hasRoom = () => opening < pace.atOnce();

  function begin(): Opening {
    const beganAt = performance.now();
    opening += 1;
    let over = false;
    const end = (note?: boolean) => {
      if (over) return;
      over = true;
      opening -= 1;
      if (note !== undefined) pace.note(beganAt, performance.now(), note);
      pump();
    };
    return { live: () => end(true), failed: () => end(false), abandoned: () => end() };
  }

  function pump(): void {
    if (pumping || waiting.length === 0) return;
    pumping = true;
    setImmediate(() => {
      pumping = false;
      let given = 0;
      while (given < PER_LOOP && given < waiting.length && hasRoom()) {
        waiting[given]?.resolve(begin());
        given += 1;
      }
      waiting.splice(0, given);
      if (given === PER_LOOP) pump();
    });
  }

  /** Sends away who has waited too long; they stand first. One timer serves all. */
  function watch(): void {
    const [first] = waiting;
    if (timer || !first || waitMs === Number.POSITIVE_INFINITY) return;
    timer = setTimeout(
      () => {
        timer = undefined;
        const latest = performance.now() - waitMs;
        const inTime = waiting.findIndex(({ since }) => since > latest);
        const late = waiting.splice(0, inTime === -1 ? waiting.length : inTime);
        for (const { reject } of late) reject(sendAway());
        watch();
      },
      Math.max(0, first.since + waitMs - performance.now()),
    );
  }

  return {
    refusal: () => (isFull() ? sendAway() : undefined),
    async enter(invited = false) {
      if (waiting.length === 0 && !closed && hasRoom()) return begin();
      if (closed || (!invited && isFull())) throw sendAway();
      return new Promise((resolve, reject) => {
        waiting.push({ since: performance.now(), resolve, reject });
        watch();
        pump();
      });
    },
    counts: () => ({ opening, waiting: waiting.length, atOnce: pace.atOnce() }),
    close() {
      closed = true;
      clearTimeout(timer);
      const left = waiting;
      waiting = [];
      for (const { reject } of left) reject(sendAway());
    },
  };
}
