/**
 * Named places at which a test may have a process die, to see that what was promised holds when it does. Each stands
 * between two steps that are not one: what has happened by then must be found again, and what has not must not.
 */
export const CRASH_POINTS = [
  /** A send was read from a socket. */
  'gateway.send-received',
  /** Sends are on their way to messages. */
  'gateway.sends-requested',
  /** Messages answered; the client has not been told. */
  'gateway.send-answered',
  /** The client was told. */
  'gateway.send-acknowledged',
  /** A live event came from the bus; the sockets have not got it. */
  'gateway.event-received',
  /** The sockets have got it. */
  'gateway.event-forwarded',
  /** Conversations made a change; messages has not been told of it, nor the client. */
  'gateway.change-answered',
  /** Messages was told. */
  'gateway.change-applied',
  /** A read marker was answered; the client has not been told. */
  'gateway.read-answered',

  /** Sends are about to be stored. */
  'messages.sends-received',
  /** Sends are committed; nobody has been told. */
  'messages.sends-committed',
  /** Sockets and sender were told of the commit; the stream was not. */
  'messages.sends-told',
  /** The stream was told; the outbox does not know that. */
  'messages.event-published',
  /** A change of a message is committed; nobody has been told. */
  'messages.change-committed',
  /** A marker is about to be moved. */
  'messages.read-received',
  /** A marker was moved; nobody has been told. */
  'messages.read-committed',
  /** A change of membership was taken over; its event is not acknowledged. */
  'messages.membership-taken',

  /** A change is about to be made. */
  'conversations.change-received',
  /** All rows of a change are written and not committed. */
  'conversations.change-written',
  /** A change is committed; nobody has been told. */
  'conversations.change-committed',
  /** Those concerned and the caller were told; the stream was not. */
  'conversations.change-told',
  /** The stream was told; the outbox does not know that. */
  'conversations.event-published',

  /** Messages were stored; their pushes are not recorded. */
  'notifications.event-received',
  /** Pushes are recorded; the event is not acknowledged. */
  'notifications.pushes-recorded',
  /** Pushes were taken to be delivered. */
  'notifications.pushes-claimed',
  /** A push arrived; that is not recorded. */
  'notifications.push-arrived',
] as const;

/** The name of a place. */
export type CrashPoint = (typeof CRASH_POINTS)[number];

/** What code calls at its crash points. Outside of tests both do nothing. */
export interface CrashPoints {
  /** Dies here, if this is the place. */
  here(point: CrashPoint): void;
  /** Dies as soon as what was written in this turn has left the process, if this is the place. */
  onceWritten(point: CrashPoint): void;
}

const NOWHERE: CrashPoints = Object.freeze({ here() {}, onceWritten() {} });

/**
 * Creates the crash points of a process.
 *
 * @param at where to die: a name, or a name and at which passing, as in `messages.sends-committed:3`; undefined: nowhere
 * @throws Error when there is no such place
 */
export function createCrashPoints(at: string | undefined): CrashPoints {
  if (at === undefined) return NOWHERE;
  const [name, passing = '1'] = at.split(':');
  if (!CRASH_POINTS.some((point) => point === name)) throw new Error(`VESTNIK_CRASH_AT: there is no place "${name}"`);
  let left = Number(passing);
  const isTime = (point: CrashPoint) => {
    if (point === name) left -= 1;
    return point === name && left <= 0;
  };
  const die = () => void process.kill(process.pid, 'SIGKILL');
  return {
    here(point) {
      if (isTime(point)) die();
    },
    onceWritten(point) {
      if (isTime(point)) setImmediate(die);
    },
  };
}
