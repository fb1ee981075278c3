import { expect, test } from '@jest/globals';
import { type Message, newMessageFrame } from '@vestnik/contracts';
import { SenderBudget } from '../src/limits/sender-budget.ts';

const NOW = 1_000;

function messageOf(sender_id: number, content: string): string {
  return newMessageFrame({ id: 1, conversation_id: 5, seq: 1, version: 1, sender_id, content } as Message);
}

function createBudget() {
  const calls = { first: 0, each: 0 };
  const budget = new SenderBudget(
    () => (calls.first += 1),
    () => (calls.each += 1),
  );
  return { budget, calls };
}

test('a sender who writes too much uses up the own budget, and no other sender’s', () => {
  const { budget, calls } = createBudget();
  const long = messageOf(7, 'x'.repeat(40_000));
  const passed = Array.from({ length: 20 }, () => budget.passes(long, 5, NOW)).filter(Boolean).length;
  expect(passed).toBeGreaterThan(3);
  expect(passed).toBeLessThan(10);
  expect(budget.passes(messageOf(8, 'hello'), 5, NOW)).toBe(true);
  expect(budget.hasMissed).toBe(true);
  expect(calls).toEqual({ first: 1, each: 20 - passed });
  // A minute later the budget is there again.
  expect(budget.passes(long, 5, NOW + 60_000)).toBe(true);
});

test('a sender cannot name another one in the text of a message', () => {
  const { budget } = createBudget();
  const forged = messageOf(7, `${'x'.repeat(40_000)} "sender_id":8,`);
  while (budget.passes(forged, 5, NOW));
  expect(budget.passes(messageOf(8, 'hello'), 5, NOW)).toBe(true);
  expect(budget.passes(messageOf(7, 'hello'), 5, NOW)).toBe(false);
});

test('changes of messages count for their conversation, whoever the sender of the message is', () => {
  const { budget } = createBudget();
  const change = `{"event":"message_updated","data":{"message":{"sender_id":8,"content":"${'x'.repeat(40_000)}"}}}`;
  while (budget.passes(change, 5, NOW));
  expect(budget.passes(messageOf(8, 'hello'), 5, NOW)).toBe(true);
  expect(budget.passes(change, 6, NOW)).toBe(true);
});

test('a suspended socket gets nothing', () => {
  const { budget } = createBudget();
  budget.isSuspended = true;
  expect(budget.passes(messageOf(8, 'hello'), 5, NOW)).toBe(false);
});
