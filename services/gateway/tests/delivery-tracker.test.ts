import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import type { Bus } from '@vestnik/bus';
import type { Delivery } from '@vestnik/contracts';
import { createLogger } from '@vestnik/logging';
import { createDeliveryReceipts, type DeliveryReceipts } from '../src/upstream/delivery-receipts.ts';
import type { UserSession } from '../src/users/connected-user.ts';
import { createDeliveryTracker, type DeliveryTracker } from '../src/users/delivery-tracker.ts';
import { createConnectedUser } from './live-support.ts';

/** Longer than deliveries are gathered, in milliseconds. */
const A_MOMENT_MS = 500;
const CONVERSATION = 5;

let receipts: DeliveryReceipts;
let tracker: DeliveryTracker;
/** What messages was told, and how it answers the next reports: with deliveries that it could not handle. */
let told: Delivery[];
let answers: (Delivery[] | Error)[];

beforeEach(() => {
  jest.useFakeTimers();
  [told, answers] = [[], []];
  const request = async (_: unknown, { deliveries }: { deliveries: Delivery[] }) => {
    told.push(...deliveries);
    const answer = answers.shift() ?? [];
    if (answer instanceof Error) throw answer;
    return { again: answer };
  };
  receipts = createDeliveryReceipts({ request } as unknown as Bus, createLogger('gateway', 'silent'));
  tracker = createDeliveryTracker(receipts);
});
afterEach(() => {
  tracker.stop();
  receipts.stop();
  jest.useRealTimers();
});

/** A user whose devices have so much yet to take. */
function userWith(userId: number, ...backlogs: number[]) {
  const sessions = backlogs.map((_, index) => ({ backlog: () => backlogs[index] ?? 0 }) as UserSession);
  return { backlogs, user: { ...createConnectedUser(userId), sessions } };
}

const delivery = (user_id: number, after_seq: number, up_to_seq: number): Delivery => ({
  conversation_id: CONVERSATION,
  user_id,
  after_seq,
  up_to_seq,
});

test('what waits for a reader who does not read is not told as delivered until it has left for one device', async () => {
  const slow = userWith(1, 10, 20);
  const quick = userWith(2, 10, 0);
  tracker.sent(slow.user, CONVERSATION, 0, 3);
  tracker.sent(quick.user, CONVERSATION, 0, 3);
  await jest.advanceTimersByTimeAsync(A_MOMENT_MS);
  expect(told).toEqual([delivery(2, 0, 3)]);
  await jest.advanceTimersByTimeAsync(10 * A_MOMENT_MS);
  expect(told).toHaveLength(1);
  slow.backlogs[1] = 0;
  await jest.advanceTimersByTimeAsync(A_MOMENT_MS);
  expect(told).toEqual([delivery(2, 0, 3), delivery(1, 0, 3)]);
});

test('what messages could not handle just now is told again, and nothing else', async () => {
  const [first, second] = [userWith(1, 0), userWith(2, 0)];
  answers = [[delivery(2, 0, 3)]];
  for (const { user } of [first, second]) tracker.sent(user, CONVERSATION, 0, 3);
  await jest.advanceTimersByTimeAsync(10 * A_MOMENT_MS);
  expect(told).toEqual([delivery(1, 0, 3), delivery(2, 0, 3), delivery(2, 0, 3)]);
});

test('what messages did not answer is told again', async () => {
  answers = [new Error('away')];
  tracker.sent(userWith(1, 0).user, CONVERSATION, 0, 3);
  await jest.advanceTimersByTimeAsync(10 * A_MOMENT_MS);
  expect(told).toEqual([delivery(1, 0, 3), delivery(1, 0, 3)]);
});
