import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { messagesEndpoints, type SendResult } from '@vestnik/contracts';
import { until } from '@vestnik/testing';
import { type ServiceUnderTest, startServiceUnderTest } from './service-under-test.ts';

const QUOTA = 40;

let service: ServiceUnderTest;
beforeAll(async () => {
  service = await startServiceUnderTest({ LIMIT_COMPANY_MESSAGES_PER_DAY: String(QUOTA) });
});
afterAll(() => service.stop());

const useOf = (company_id: number) => service.bus.request(messagesEndpoints.readCompanyUse, { company_id });
const isRefused = (result: SendResult | undefined) => result !== undefined && 'error' in result;

test('a company sends so many messages a day, and is told when the day ends; repetitions and refusals do not count', async () => {
  const [{ id }, other] = [await service.conversation([1, 2]), await service.conversation([3, 4])];
  const send = (client_message_id: string) =>
    service.send({ sender_id: 1, conversation_id: id, company_id: 7, client_message_id });
  for (let count = 0; count < 5; count += 1) await send('the same');
  // Not in this conversation.
  await service.send({ sender_id: 1, conversation_id: other.id, company_id: 7 });
  expect(await useOf(7)).toEqual({ messages_today: 1, messages_per_day: QUOTA });

  const sends = Array.from({ length: QUOTA + 10 }, (_, index) => ({
    sender_id: index % 2 === 0 ? 1 : 2,
    conversation_id: id,
    company_id: 7,
  }));
  const results = await service.send(...sends);
  expect(results.filter((result) => !isRefused(result))).toHaveLength(QUOTA - 1);
  const refusal = results.find(isRefused);
  expect(refusal).toMatchObject({ error: { code: 'rate_limited' }, retry_after_seconds: expect.any(Number) });
  const seconds = (refusal as { retry_after_seconds: number }).retry_after_seconds;
  expect(seconds).toBeGreaterThan(0);
  expect(seconds).toBeLessThanOrEqual(86_400);

  // Companies have quotas of their own, and sends of unknown companies go on.
  const [ofOther, ofNobody] = await service.send(
    { sender_id: 3, conversation_id: other.id, company_id: 8 },
    { sender_id: 3, conversation_id: other.id },
  );
  expect([ofOther, ofNobody].map(isRefused)).toEqual([false, false]);
  expect(await useOf(8)).toMatchObject({ messages_today: 1 });
});

test('instances add up what they count, and a new one knows what was sent', async () => {
  const { id } = await service.conversation([5, 6]);
  const sends = Array.from({ length: QUOTA }, () => ({ sender_id: 5, conversation_id: id, company_id: 9 }));
  await service.send(...sends);
  const stored = () =>
    service.sql<{ messages: number }>('select messages from messages.company_uses where company_id = 9');
  await until('the count is in the database', async () => Number((await stored())[0]?.messages) === QUOTA);
  await service.startInstance();
  // The new instance learns of it with what it stores in its first second, and from then on all of them refuse.
  await until('every instance refuses', async () => {
    const tries = await Promise.all(
      Array.from({ length: 8 }, () => service.send({ sender_id: 5, conversation_id: id, company_id: 9 })),
    );
    return tries.flat().every(isRefused);
  });
  const { messages_today } = await useOf(9);
  expect(messages_today).toBeGreaterThanOrEqual(QUOTA);
  // Beyond the quota went at most what the new instance took before it knew.
  expect(messages_today).toBeLessThanOrEqual(2 * QUOTA);
});
