import { VestnikError } from '@vestnik/contracts';
import { createConcurrencyLimit } from './concurrency-limit.ts';

/**
 * Admission control: lets sessions open at the rate that the services take. Opening a session costs requests over the bus.
 * When thousands of clients come back at once, some open. As many wait as will get a slot soon. The rest are refused, each
 * with another time to come again.
 */
export interface Admission {
  /** Returns why waiting now would be in vain, with the time to come again; undefined when a client may wait. */
  refusal(): VestnikError | undefined;
  /**
   * Waits for an admission slot for one session, first come, first served. An `invited` session, which `refusal` has just
   * let pass, waits even where the queue has become full meanwhile.
   *
   * @throws VestnikError `unavailable` with `retryAfterSeconds` when the queue is full or no slot became free in time.
   */
  enter(invited?: boolean): Promise<AdmissionSlot>;
  counts(): { opening: number; waiting: number; atOnce: number };
  /** Refuses the sessions that wait and all that come later. */
  close(): void;
}

/** The slot of one session that is opening. The first call gives the slot back; later calls have no effect. */
export interface AdmissionSlot {
  /** Delivery is live. */
  live(): void;
  /** The services did not answer in time. */
  failed(): void;
  /** The session did not open, for a reason that says nothing about the services. */
  abandoned(): void;
}

/** How many sessions may open and wait. */
export interface AdmissionLimits {
  /** Sessions that open at the same time, at most. */
  openings: number;
  /** Sessions that wait for a slot. */
  openingsWaiting: number;
  /** Seconds that a session may wait for a slot. */
  openingWaitSeconds: number;
}

interface Waiting {
  since: number;
  resolve(slot: AdmissionSlot): void;
  reject(error: VestnikError): void;
}

/** Slots given in one event-loop tick: established sockets do not wait behind sessions that open. */
const PER_TICK = 8;
/** The longest `retryAfterSeconds`: the services may recover at any moment. */
const LONGEST_RETRY = 10;

/** Creates the admission of one gateway. `onRefused` is called for each refusal. */
export function createAdmission(limits: AdmissionLimits, onRefused: () => void): Admission {
  const concurrency = createConcurrencyLimit(limits.openings);
  const waitMs = limits.openingWaitSeconds * 1_000;
  let waiting: Waiting[] = [];
  let opening = 0;
  /** The time at which the next refused client is to come again. */
  let nextAppointment = 0;
  let pumping = false;
  let timer: NodeJS.Timeout | undefined;
  let closed = false;

  /**
   * Appointments follow each other at the rate of the openings, behind the sessions that wait. So refused clients do not
   * come back all at once.
   */
  function refuse(): VestnikError {
    const now = performance.now();
    const stepMs = 1_000 / concurrency.perSecond();
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
    return (waiting.length / concurrency.perSecond()) * 1_000 > waitMs;
  }

  const hasRoom = () => opening < concurrency.atOnce();

  function begin(): AdmissionSlot {
    const beganAt = performance.now();
    opening += 1;
    let over = false;
    const end = (succeeded?: boolean) => {
      if (over) return;
      over = true;
      opening -= 1;
      if (succeeded !== undefined) concurrency.record(beganAt, performance.now(), succeeded);
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
      while (given < PER_TICK && given < waiting.length && hasRoom()) {
        waiting[given]?.resolve(begin());
        given += 1;
      }
      waiting.splice(0, given);
      if (given === PER_TICK) pump();
    });
  }

  /** Refuses sessions that have waited too long; they stand first in the queue. One timer serves all. */
  function watch(): void {
    const [first] = waiting;
    if (timer || !first || waitMs === Number.POSITIVE_INFINITY) return;
    timer = setTimeout(
      () => {
        timer = undefined;
        const latest = performance.now() - waitMs;
        const inTime = waiting.findIndex(({ since }) => since > latest);
        const late = waiting.splice(0, inTime === -1 ? waiting.length : inTime);
        for (const { reject } of late) reject(refuse());
        watch();
      },
      Math.max(0, first.since + waitMs - performance.now()),
    );
  }

  return {
    refusal: () => (isFull() ? refuse() : undefined),
    async enter(invited = false) {
      if (waiting.length === 0 && !closed && hasRoom()) return begin();
      if (closed || (!invited && isFull())) throw refuse();
      return new Promise((resolve, reject) => {
        waiting.push({ since: performance.now(), resolve, reject });
        watch();
        pump();
      });
    },
    counts: () => ({ opening, waiting: waiting.length, atOnce: concurrency.atOnce() }),
    close() {
      closed = true;
      clearTimeout(timer);
      const left = waiting;
      waiting = [];
      for (const { reject } of left) reject(refuse());
    },
  };
}
