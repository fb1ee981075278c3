import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { DurableEvent, Stream } from '@vestnik/contracts';
import { createLogger } from '@vestnik/logging';
import { startServers, type TestServers, until } from '@vestnik/testing';
import { type Bus, connectBus, consume, ensureStream, publishDurable } from '../src/index.ts';

const logger = createLogger('bus-tests', 'silent');
const stream: Stream = { name: 'TESTS', subjects: ['evt.tests.v1.happened'], maxAgeDays: 1 };
const happened: DurableEvent<{ number: number }> = { stream: 'TESTS', subject: 'evt.tests.v1.happened' };

let servers: TestServers;
let bus: Bus;
beforeAll(async () => {
  servers = await startServers();
  bus = await connectBus({ servers: [servers.natsUrl], name: 'tests', logger });
  await ensureStream(bus, stream);
});
afterAll(async () => {
  await bus.close();
  await servers.stop();
});

describe('consuming durable events', () => {
  test('stopping ends, whatever moment it comes at', async () => {
    const seen = new Set<number>();
    for (let number = 1; number <= 40; number += 1) {
      const consumption = consume({
        bus,
        logger,
        event: happened,
        durable: `stopping-${number}`,
        handle: async (event) => void seen.add(event.number),
      });
      await publishDurable(bus, happened, `stopping-${number}`, { number });
      // Some stop while the consumer is being opened, some while it fetches, some while it handles.
      for (let turn = 0; turn < number; turn += 1) await bus.flush();
      await consumption.stop();
      const handled = seen.size;
      await bus.flush();
      expect(seen.size).toBe(handled);
    }
  });

  test('an event that fails comes back, and one that never succeeds holds up no other', async () => {
    const attempts = new Map<number, number>();
    const consumption = consume({
      bus,
      logger,
      event: happened,
      durable: 'failing',
      async handle({ number }) {
        const attempt = (attempts.get(number) ?? 0) + 1;
        attempts.set(number, attempt);
        if (number === 1_001 || (number === 1_002 && attempt === 1)) throw new Error('on purpose');
      },
    });
    for (const number of [1_001, 1_002, 1_003]) await publishDurable(bus, happened, `failing-${number}`, { number });
    await until('the second came back', () => attempts.get(1_002) === 2);
    expect(attempts.get(1_003)).toBe(1);
    await until('the first comes back too', () => (attempts.get(1_001) ?? 0) >= 2);
    await consumption.stop();
  });

  test('the same id is stored once', async () => {
    const before = (await (await bus.manager()).streams.info('TESTS')).state.messages;
    for (let count = 0; count < 3; count += 1) await publishDurable(bus, happened, 'same', { number: 0 });
    expect((await (await bus.manager()).streams.info('TESTS')).state.messages).toBe(before + 1);
  });
});
