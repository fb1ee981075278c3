import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createKeyedQueue } from '../src/index.ts';

const tick = () => new Promise<void>((resolve) => setImmediate(resolve));
const full = { refusal: () => new Error('too many wait') };
const patient = { maxWaitMs: 60_000, refusal: () => new Error('waited too long') };

test('whatever comes when: tasks of a key run in their order and one at a time, and each gets its own result', async () => {
  const coming = fc.array(
    fc.record({ key: fc.nat(4), ticksBefore: fc.nat(2), ticks: fc.nat(4), fails: fc.boolean() }),
    {
      minLength: 1,
      maxLength: 60,
    },
  );
  await fc.assert(
    fc.asyncProperty(coming, fc.integer({ min: 1, max: 4 }), async (tasks, slots) => {
      const queue = createKeyedQueue<number>({ slots, bound: { maxWaiting: 100, ...full }, patience: patient });
      const running = new Set<number>();
      const started: number[] = [];
      const results: Promise<PromiseSettledResult<number>[]>[] = [];
      for (const [place, { key, ticksBefore, ticks, fails }] of tasks.entries()) {
        for (let index = 0; index < ticksBefore; index += 1) await tick();
        const run = queue.run(key, async () => {
          expect(running.has(key)).toBe(false);
          running.add(key);
          started.push(place);
          expect(running.size).toBeLessThanOrEqual(slots);
          for (let index = 0; index < ticks; index += 1) await tick();
          running.delete(key);
          if (fails) throw new Error(`failed ${place}`);
          return place;
        });
        results.push(Promise.allSettled([run]));
      }
      const settled = (await Promise.all(results)).flat();
      settled.forEach((result, place) => {
        if (result.status === 'fulfilled') expect(result.value).toBe(place);
        else expect((result.reason as Error).message).toBe(`failed ${place}`);
      });
      for (const key of new Set(tasks.map((task) => task.key))) {
        const own = started.filter((place) => tasks[place]?.key === key);
        expect(own).toEqual(own.toSorted((a, b) => a - b));
      }
      expect(started).toHaveLength(tasks.length);
      expect(queue.waiting()).toBe(0);
    }),
  );
});

test('a key with many waiting tasks keeps no slot from the other keys, and gets refusals beyond its bound', async () => {
  const queue = createKeyedQueue<string>({ slots: 2, bound: { maxWaiting: 3, ...full }, patience: patient });
  const gate = Promise.withResolvers<void>();
  const order: string[] = [];
  const run = (key: string, name: string) =>
    queue.run(key, async () => {
      order.push(name);
      await gate.promise;
    });
  const running = [run('hot', 'hot 1'), run('a', 'a 1')];
  const waiting = [run('hot', 'hot 2'), run('hot', 'hot 3'), run('b', 'b 1'), run('hot', 'hot 4'), run('c', 'c 1')];
  await expect(run('hot', 'hot 5')).rejects.toThrow('too many wait');
  expect(queue.waiting()).toBe(5);
  gate.resolve();
  await Promise.all([...running, ...waiting]);
  expect(order.slice(0, 2)).toEqual(['hot 1', 'a 1']);
  expect(order.indexOf('b 1')).toBeLessThan(order.indexOf('hot 3'));
  expect(order.indexOf('c 1')).toBeLessThan(order.indexOf('hot 3'));
});

test('a task that waits too long is refused and never runs; its key goes on', async () => {
  const patience = { maxWaitMs: 20, refusal: () => new Error('waited too long') };
  const queue = createKeyedQueue<string>({ slots: 1, bound: { maxWaiting: 10, ...full }, patience });
  const gate = Promise.withResolvers<void>();
  const first = queue.run('key', () => gate.promise);
  const ran: string[] = [];
  const late = ['same', 'other'].map((name) => queue.run(name === 'same' ? 'key' : name, async () => ran.push(name)));
  for (const task of late) await expect(task).rejects.toThrow('waited too long');
  gate.resolve();
  await first;
  expect(await queue.run('key', async () => 'done')).toBe('done');
  expect(await queue.run('other', async () => 'done')).toBe('done');
  expect(ran).toEqual([]);
});
