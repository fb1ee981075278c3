import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Delivery, decodeLive, liveSubjects, messagesEndpoints } from '@vestnik/contracts';
import { until } from '@vestnik/testing';
import fc from 'fast-check';
import { type ServiceUnderTest, startServiceUnderTest } from './service-under-test.ts';

let service: ServiceUnderTest;
beforeAll(async () => {
  service = await startServiceUnderTest();
});
afterAll(() => service.stop());

const report = (...deliveries: Delivery[]) => service.bus.request(messagesEndpoints.markDelivered, { deliveries });

/** Collects what is told live on a subject. */
async function listen(subject: string): Promise<{ user_id: number; up_to_seq: number }[]> {
  const told: { user_id: number; up_to_seq: number }[] = [];
  service.bus.subscribe(subject, (payload, heardOn) => {
    for (const frame of decodeLive(payload, heardOn).frames) told.push(JSON.parse(Buffer.from(frame).toString()).data);
  });
  await service.bus.flush();
  return told;
}

describe('delivered markers', () => {
  test('a marker moves only when nothing before it is missing, never back and never past the newest message', async () => {
    const stretch = fc.record({ after: fc.integer({ min: 0, max: 6 }), length: fc.integer({ min: 0, max: 8 }) });
    await fc.assert(
      fc.asyncProperty(fc.array(stretch, { minLength: 1, maxLength: 8 }), async (stretches) => {
        const { id } = await service.conversation([1, 2]);
        for (let count = 0; count < 5; count += 1) await service.say(1, id, 'x');
        const told = await listen(liveSubjects.messagesDelivered(id));
        let marker = 0;
        const expected: number[] = [];
        for (const { after, length } of stretches) {
          await report({ conversation_id: id, user_id: 2, after_seq: after, up_to_seq: after + length });
          const target = Math.min(after + length, 5);
          if (marker < after || target <= marker) continue;
          marker = target;
          expected.push(target);
        }
        // Events published before this arrive before the flush returns.
        await service.bus.flush();
        await until('all was told', () => told.length >= expected.length);
        expect(told.map(({ up_to_seq }) => up_to_seq)).toEqual(expected);
      }),
      { numRuns: 20 },
    );
  });

  test('who has read a message or wrote it has it: nothing more is told', async () => {
    const { id } = await service.conversation([11, 12]);
    await service.say(11, id, 'x');
    await service.bus.request(messagesEndpoints.markRead, { user_id: 12, conversation_id: id, up_to_seq: 1 });
    const told = await listen(liveSubjects.messagesDelivered(id));
    await report(
      { conversation_id: id, user_id: 11, after_seq: 0, up_to_seq: 1 },
      { conversation_id: id, user_id: 12, after_seq: 0, up_to_seq: 1 },
      { conversation_id: id, user_id: 13, after_seq: 0, up_to_seq: 1 },
    );
    await service.say(11, id, 'y');
    await report({ conversation_id: id, user_id: 12, after_seq: 1, up_to_seq: 2 });
    await until('the second is told', () => told.length > 0);
    expect(told).toEqual([expect.objectContaining({ user_id: 12, up_to_seq: 2 })]);
  });

  test('in a large group those who wrote are told of all others, and nobody else is told anything', async () => {
    const members = Array.from({ length: 60 }, (_, index) => 1_000 + index);
    const { id } = await service.conversation(members);
    await service.say(1_000, id, 'x');
    await service.say(1_001, id, 'y');
    const all = await listen(liveSubjects.messagesDelivered(id));
    const writer = await listen(liveSubjects.messagesDeliveredTo(1_000));
    const reader = await listen(liveSubjects.messagesDeliveredTo(1_002));
    await report(...members.map((user_id) => ({ conversation_id: id, user_id, after_seq: 0, up_to_seq: 2 })));
    await until('the writer is told', () => writer.length > 0);
    expect(writer.map(({ user_id }) => user_id).sort()).toEqual(
      members.filter((user) => user !== 1_000 && user !== 1_001),
    );
    expect([all, reader]).toEqual([[], []]);
  });
});
