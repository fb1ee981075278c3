import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { createLaggingSessions, type LaggingSessions } from '../src/sessions/lagging-sessions.ts';
import type { Session } from '../src/sessions/session.ts';

const LIMITS = { backlogBytes: 1_000, backlogBytesPerUser: 2_500, lagSeconds: 60 };
const LIVE_EVENT = '{"event":"user_status","data":{}}';
const RESYNC = '{"event":"resync","data":{}}';

let sessions: FakeSession[];
let calls: string[];
let lagging: LaggingSessions;

/** A session as far as lags go. The test says what waits for its client. */
interface FakeSession {
  userId: number;
  waiting: number;
  sent: string[];
  closed: string | undefined;
  budget: Session['budget'];
}

function createSession(userId: number): FakeSession {
  const session = {
    userId,
    waiting: 0,
    sent: [] as string[],
    closed: undefined as string | undefined,
    budget: undefined,
    backlog: () => session.waiting,
    send: (frame: string) => void session.sent.push(frame),
    close: (code: string) => {
      session.closed = code;
    },
  };
  sessions.push(session);
  return session;
}

/** Looks at the sessions twice a second for so long. */
function pass(seconds: number, each: () => void = () => undefined): void {
  for (let half = 0; half < 2 * seconds; half += 1) {
    jest.advanceTimersByTime(500);
    each();
    lagging.check();
  }
}

beforeEach(() => {
  jest.useFakeTimers();
  [sessions, calls] = [[], []];
  const users = {
    sessions: () => sessions.values() as unknown as IterableIterator<Session>,
    changePace: () => void calls.push('pace'),
    interrupted: () => void calls.push('interrupted'),
    resumed: () => void calls.push('resumed'),
  };
  lagging = createLaggingSessions(users, LIMITS, () => undefined);
});
afterEach(() => void jest.useRealTimers());

test('a client that keeps up has no budget', () => {
  const session = createSession(1);
  session.waiting = 250;
  pass(10);
  expect([session.budget, calls, lagging.count()]).toEqual([undefined, [], 0]);
});

test('a client that others flood stays connected for as long as it reads, and gets resync when it has read', () => {
  const session = createSession(1);
  session.waiting = 1_500;
  pass(1);
  expect(session.budget?.passes(LIVE_EVENT)).toBe(false);
  pass(40, () => (session.waiting -= 17));
  expect([session.closed, session.sent]).toEqual([undefined, []]);
  session.waiting = 0;
  pass(1);
  expect([session.closed, session.sent, session.budget]).toEqual([undefined, [RESYNC], undefined]);
  expect(calls).toEqual(['pace', 'interrupted', 'pace', 'resumed']);
});

test('a client that has missed nothing gets no resync', () => {
  const session = createSession(1);
  session.waiting = 500;
  pass(1);
  expect(session.budget?.passes(LIVE_EVENT)).toBe(true);
  session.waiting = 0;
  pass(3);
  expect([session.sent, session.budget, calls]).toEqual([[], undefined, ['pace', 'pace']]);
});

test('a client that lags again and again lags for longer each time, so that it gets few resyncs', () => {
  const session = createSession(1);
  let lastedLong = 0;
  for (let lag = 0; lag < 6; lag += 1) {
    session.waiting = 1_500;
    pass(1);
    session.budget?.passes(LIVE_EVENT);
    session.waiting = 0;
    const before = session.sent.length;
    for (let half = 0; session.sent.length === before; half += 1) {
      pass(0.5);
      lastedLong = half / 2;
    }
  }
  expect(lastedLong).toBeGreaterThan(20);
  expect(lastedLong).toBeLessThan(31);
});

test.each([
  ['reads nothing', 11, () => 0],
  ['does not catch up in time', 61, () => 1],
  ['asks for more without reading the answers', 1, () => -10_000],
])('a client is closed that %s', (_, seconds, read) => {
  const session = createSession(1);
  session.waiting = 1_500;
  pass(1);
  pass(seconds, () => (session.waiting -= read()));
  expect(session.closed).toBe('tooSlow');
});

test('the sockets of one user together have a backlog, and other users do not share it', () => {
  const mine = Array.from({ length: 4 }, () => createSession(1));
  const other = createSession(2);
  for (const session of [...mine, other]) session.waiting = 900;
  pass(0.5);
  const passing = [...mine, other].map((session) => session.budget?.passes(LIVE_EVENT));
  expect(passing).toEqual([true, true, false, false, true]);
});
