import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import type { Bus } from '@vestnik/bus';
import type { Delivery } from '@vestnik/contracts';
import { createLogger } from '@vestnik/logging';
import { createDeliveryReceipts, type DeliveryReceipts } from '../src/upstream/delivery-receipts.ts';

const CONVERSATION = 5;

let receipts: DeliveryReceipts;
/** The deliveries that messages got, and its answers to the next reports: deliveries that it could not take just now. */
let reported: Delivery[];
let answers: (Delivery[] | Error)[];

beforeEach(() => {
  jest.useFakeTimers();
  [reported, answers] = [[], []];
  const request = async (_: unknown, { deliveries }: { deliveries: Delivery[] }) => {
    reported.push(...deliveries);
    const answer = answers.shift() ?? [];
    if (answer instanceof Error) throw answer;
    return { again: answer };
  };
  receipts = createDeliveryReceipts({ request } as unknown as Bus, createLogger('gateway', 'silent'));
});
afterEach(async () => {
  jest.useRealTimers();
  await receipts.stop();
});

const range = (userId: number, afterSeq: number, upToSeq: number) => ({
  userId,
  conversationId: CONVERSATION,
  afterSeq,
  upToSeq,
});
const delivery = (user_id: number, after_seq: number, up_to_seq: number): Delivery => ({
  conversation_id: CONVERSATION,
  user_id,
  after_seq,
  up_to_seq,
});

test('a delivery that messages could not take just now is reported again, and no other', async () => {
  answers = [[delivery(2, 0, 3)]];
  for (const userId of [1, 2]) receipts.add(range(userId, 0, 3));
  await jest.advanceTimersByTimeAsync(5_000);
  expect(reported).toEqual([delivery(1, 0, 3), delivery(2, 0, 3), delivery(2, 0, 3)]);
});

test('a report without an answer is sent again', async () => {
  answers = [new Error('away')];
  receipts.add(range(1, 0, 3));
  await jest.advanceTimersByTimeAsync(5_000);
  expect(reported).toEqual([delivery(1, 0, 3), delivery(1, 0, 3)]);
});

test('ranges with a gap between them are reported one after the other', async () => {
  receipts.add(range(1, 0, 1));
  receipts.add(range(1, 2, 3));
  await jest.advanceTimersByTimeAsync(5_000);
  expect(reported).toEqual([delivery(1, 0, 1), delivery(1, 2, 3)]);
});
