import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import type { UserRange } from '../src/upstream/join-ranges.ts';
import type { ConnectedUser, UserRoom, UserSession } from '../src/users/connected-user.ts';
import { createDeliveryTracker, type DeliveryTracker } from '../src/users/delivery-tracker.ts';
import { createConnectedUser } from './local-user.ts';

/** Longer than deliveries are gathered, in milliseconds. */
const A_MOMENT_MS = 500;
const CONVERSATION = 5;

let tracker: DeliveryTracker;
let delivered: [userId: number, afterSeq: number, upToSeq: number][];
let lost: typeof delivered;

beforeEach(() => {
  jest.useFakeTimers();
  [delivered, lost] = [[], []];
  const noteIn = (list: typeof delivered) => (range: UserRange) =>
    void list.push([range.userId, range.afterSeq, range.upToSeq]);
  tracker = createDeliveryTracker({ onDelivered: noteIn(delivered), onLost: noteIn(lost) });
});
afterEach(() => {
  tracker.stop();
  jest.useRealTimers();
});

/** A device of a user, and the questions that it got. */
interface Device {
  session: UserSession;
  questions: number[];
  /** Answers the newest question. */
  pong(): void;
  /** Sends a frame. */
  frame(): void;
  end(): void;
}

function connect(user: ConnectedUser): Device {
  const questions: number[] = [];
  const session = {
    liveSince: 0,
    liveUntil: Number.POSITIVE_INFINITY,
    answeredAt: 0,
    actedAt: 0,
    isIdle: false,
    askForAnswer: (time: number) => void questions.push(time),
  } as unknown as UserSession;
  tracker.began(user, session);
  user.sessions = [...user.sessions, session];
  return {
    session,
    questions,
    pong: () => tracker.answered(user, session, questions.at(-1)),
    frame: () => tracker.answered(user, session),
    end() {
      user.sessions = user.sessions.filter((other) => other !== session);
      user.endedSession = session;
    },
  };
}

/** A room of users. */
function roomOf(...users: ConnectedUser[]): UserRoom {
  const room = { conversationId: CONVERSATION, subscribers: { users: () => users, count: () => users.length } };
  for (const user of users) user.rooms = [room as unknown as UserRoom];
  return room as unknown as UserRoom;
}

const moment = () => jest.advanceTimersByTimeAsync(A_MOMENT_MS);

test('a message is delivered when a device has answered a question that followed it', async () => {
  const user = createConnectedUser(1);
  const device = connect(user);
  tracker.handed(roomOf(user), 1, 3);
  await moment();
  expect(device.questions).toHaveLength(1);
  expect(delivered).toEqual([]);
  device.pong();
  await moment();
  expect(delivered).toEqual([[1, 0, 3]]);
  expect(lost).toEqual([]);
});

test('an answer to an earlier question confirms nothing that was written behind that question', async () => {
  const user = createConnectedUser(1);
  const room = roomOf(user);
  const device = connect(user);
  tracker.handed(room, 1, 1);
  await moment();
  tracker.handed(room, 2, 2);
  device.pong();
  await moment();
  expect(delivered).toEqual([[1, 0, 1]]);
  await jest.advanceTimersByTimeAsync(1_500);
  device.pong();
  await moment();
  expect(delivered).toEqual([
    [1, 0, 1],
    [1, 1, 2],
  ]);
});

test('a frame of the device confirms what was written before it, without a question', async () => {
  const user = createConnectedUser(1);
  const device = connect(user);
  tracker.handed(roomOf(user), 1, 2);
  device.frame();
  await moment();
  expect(delivered).toEqual([[1, 0, 2]]);
  expect(device.questions).toEqual([]);
});

test('however many messages come, a device is asked about once a second', async () => {
  const user = createConnectedUser(1);
  const room = roomOf(user);
  const device = connect(user);
  for (let seq = 1; seq <= 1_000; seq += 1) {
    tracker.handed(room, seq, seq);
    await jest.advanceTimersByTimeAsync(10);
    device.pong();
  }
  await jest.advanceTimersByTimeAsync(2_000);
  device.pong();
  await moment();
  expect(device.questions.length).toBeLessThanOrEqual(13);
  expect(delivered.at(-1)?.at(2)).toBe(1_000);
  expect(delivered.map(([, afterSeq]) => afterSeq)).toEqual([0, ...delivered.slice(0, -1).map((range) => range[2])]);
});

test('a message whose sessions end without an answer is lost; one that the ended session had confirmed is delivered', async () => {
  const [silent, polite] = [createConnectedUser(1), createConnectedUser(2)];
  const devices = [connect(silent), connect(polite)];
  tracker.handed(roomOf(silent, polite), 1, 1);
  devices[1]?.frame();
  for (const device of devices) device.end();
  await moment();
  expect(delivered).toEqual([[2, 0, 1]]);
  expect(lost).toEqual([[1, 0, 1]]);
});

test('a device that connects later confirms nothing of what was written before', async () => {
  const user = createConnectedUser(1);
  const room = roomOf(user);
  const dead = connect(user);
  tracker.handed(room, 1, 1);
  const later = connect(user);
  tracker.handed(room, 2, 2);
  await moment();
  later.pong();
  await moment();
  expect([delivered, lost]).toEqual([[], []]);
  dead.end();
  await jest.advanceTimersByTimeAsync(1_500);
  expect(lost).toEqual([[1, 0, 1]]);
  expect(delivered).toEqual([[1, 1, 2]]);
});

test('messages of a sync are delivered to the session that asked, and are not lost with it', async () => {
  const user = createConnectedUser(1);
  const [asking, other] = [connect(user), connect(user)];
  tracker.answeredSync(user, asking.session, CONVERSATION, 5);
  await moment();
  other.frame();
  await moment();
  expect(delivered).toEqual([]);
  asking.pong();
  await moment();
  expect(delivered).toEqual([[1, 0, 5]]);
  tracker.answeredSync(user, asking.session, CONVERSATION, 6);
  asking.end();
  await moment();
  expect(lost).toEqual([]);
});

test('a question without an answer is asked again', async () => {
  const user = createConnectedUser(1);
  const device = connect(user);
  tracker.sent(user, CONVERSATION, 0, 1);
  await jest.advanceTimersByTimeAsync(4_000);
  expect(device.questions).toHaveLength(1);
  await jest.advanceTimersByTimeAsync(2_000);
  expect(device.questions).toHaveLength(2);
});
