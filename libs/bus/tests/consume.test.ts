import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { AckPolicy } from '@nats-io/jetstream';
import { type DurableEvent, type EventSetAside, type Stream, seq, streams, VestnikError } from '@vestnik/contracts';
import { createLogger } from '@vestnik/logging';
import { startServers, type TestServers, until } from '@vestnik/testing';
import { type Bus, connectBus, consume, ensureStream, publishDurable } from '../src/index.ts';
import { keepAside } from '../src/set-aside.ts';

const logger = createLogger('bus-tests', 'silent');
const stream: Stream = {
  name: 'TESTS',
  subjects: ['evt.tests.v1.happened'],
  maxAgeDays: 1,
  maxBytes: 1_000_000,
  maxEventBytes: 100_000,
  whenFull: 'refuse',
};
const happened: DurableEvent<number> = { stream: 'TESTS', subject: 'evt.tests.v1.happened', schema: seq };
/** The options that all consumers of this suite share. */
const shared = { event: happened, service: 'messages' as const, logger };

let servers: TestServers;
let bus: Bus;
beforeAll(async () => {
  servers = await startServers();
  bus = await connectBus({ servers: [servers.natsUrl], name: 'tests', logger });
  await ensureStream(bus, stream);
});
beforeEach(async () => {
  await (await bus.manager()).streams.purge('TESTS');
});
afterAll(async () => {
  await bus.close();
  await servers.stop();
});

/** Returns the events that a consumer set aside, oldest first. */
async function aside(consumer: string): Promise<EventSetAside[]> {
  const { streams: manager } = await bus.manager();
  const { last_seq: last } = (await manager.info(streams.aside.name)).state;
  const events = await Promise.all(
    Array.from({ length: last }, async (_, index) =>
      (await manager.getMessage(streams.aside.name, { seq: index + 1 }))?.json<EventSetAside>(),
    ),
  );
  return events.filter((event) => event !== undefined).filter((event) => event.consumer === consumer);
}

describe('consuming durable events', () => {
  test('stopping ends, whatever moment it comes at', async () => {
    const seen = new Set<number>();
    for (let number = 1; number <= 40; number += 1) {
      const consumption = consume({
        ...shared,
        bus,
        durable: `stopping-${number}`,
        handle: async (event) => void seen.add(event),
        onSetAside: () => undefined,
      });
      await publishDurable(bus, happened, `stopping-${number}`, number);
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
      ...shared,
      bus,
      durable: 'failing',
      onSetAside: () => undefined,
      async handle(number) {
        const attempt = (attempts.get(number) ?? 0) + 1;
        attempts.set(number, attempt);
        if (number === 1_001 || (number === 1_002 && attempt === 1)) throw new Error('on purpose');
      },
    });
    for (const number of [1_001, 1_002, 1_003]) await publishDurable(bus, happened, `failing-${number}`, number);
    await until('the second came back', () => attempts.get(1_002) === 2);
    expect(attempts.get(1_003)).toBe(1);
    await until('the first comes back too', () => (attempts.get(1_001) ?? 0) >= 2);
    await consumption.stop();
  });

  test('an event that cannot be handled after all tries is set aside whole, counted, and works when it is replayed', async () => {
    const handled: number[] = [];
    const counted: string[] = [];
    let broken = true;
    const consumption = consume({
      ...shared,
      bus,
      durable: 'giving-up',
      retryDelaysMs: [10, 10],
      onSetAside: (consumer) => void counted.push(consumer),
      async handle(number) {
        if (number === 2_001 && broken) throw new Error('on purpose');
        handled.push(number);
      },
    });
    for (const number of [2_001, 2_002]) await publishDurable(bus, happened, `giving-up-${number}`, number);
    await bus.streams.publish(happened.subject, 'no JSON');
    await bus.streams.publish(happened.subject, '"no number"');
    await publishDurable(bus, happened, 'giving-up-2003', 2_003);
    await until('three are set aside', () => counted.length === 3);
    expect(counted).toEqual(['giving-up', 'giving-up', 'giving-up']);
    await until('the others are handled', () => handled.includes(2_003));
    expect(handled).not.toContain(2_001);

    const manager = await bus.manager();
    const { consumer_seq, num_pending } = await until('the consumer is done', async () => {
      const info = await manager.consumers.info('TESTS', 'giving-up');
      return info.num_ack_pending === 0 && { ...info.delivered, num_pending: info.num_pending };
    });
    expect({ num_pending, more: consumer_seq > 5 }).toEqual({ num_pending: 0, more: true });
    const mine = await aside('giving-up');
    expect(mine.map((event) => event.payload).toSorted()).toEqual(['"no number"', '2001', 'no JSON']);
    const first = mine.find((event) => event.payload === '2001');
    expect(first).toMatchObject({ stream: 'TESTS', subject: happened.subject, attempts: 3, reason: 'on purpose' });

    broken = false;
    await bus.streams.publish(first?.subject ?? '', first?.payload);
    await until('the replayed one is handled', () => handled.includes(2_001));
    await consumption.stop();
  });

  test('an event that fails with `unavailable` is tried on and never set aside', async () => {
    let tries = 0;
    const counted: string[] = [];
    const handled: number[] = [];
    const consumption = consume({
      ...shared,
      bus,
      durable: 'away',
      retryDelaysMs: [10, 10],
      awayDelayMs: 20,
      onSetAside: (consumer) => void counted.push(consumer),
      async handle(number) {
        tries += 1;
        if (tries < 8) throw new VestnikError('unavailable', 'on purpose');
        handled.push(number);
      },
    });
    await publishDurable(bus, happened, 'away-3001', 3_001);
    await until('it is handled or given up', () => handled.length + counted.length > 0 || undefined);
    expect({ tries, counted, handled }).toEqual({ tries: 8, counted: [], handled: [3_001] });
    await consumption.stop();
  });

  test('an event that is given up while it cannot be set aside is set aside once it can', async () => {
    const manager = await bus.manager();
    let tries = 0;
    const counted: string[] = [];
    const consumption = consume({
      ...shared,
      bus,
      durable: 'no-aside',
      retryDelaysMs: [],
      awayDelayMs: 20,
      onSetAside: (consumer) => void counted.push(consumer),
      async handle() {
        tries += 1;
        throw new Error('on purpose');
      },
    });
    await until('it is open', () => manager.consumers.info('TESTS', 'no-aside').catch(() => undefined));
    await manager.streams.delete(streams.aside.name);
    await publishDurable(bus, happened, 'no-aside-4001', 4_001);
    await until('it was given up and came back', () => tries === 2);
    await ensureStream(bus, streams.aside);
    await until('it is set aside', () => counted.length === 1);
    await consumption.stop();
    expect(await aside('no-aside')).toMatchObject([{ payload: '4001', reason: 'on purpose' }]);
  });

  test('an event that is set aside twice is kept once', async () => {
    const manager = await bus.manager();
    await manager.consumers.add('TESTS', { durable_name: 'twice', ack_policy: AckPolicy.Explicit });
    await publishDurable(bus, happened, 'twice', 5_001);
    const message = await (await bus.streams.consumers.get('TESTS', 'twice')).next();
    if (!message) throw new Error('no event');
    const about = { consumer: 'twice', service: shared.service, error: new Error('on purpose') };
    for (let count = 0; count < 2; count += 1) await keepAside(bus, message, about);
    expect(await aside('twice')).toHaveLength(1);
  });

  test('the same id is stored once', async () => {
    const before = (await (await bus.manager()).streams.info('TESTS')).state.messages;
    for (let count = 0; count < 3; count += 1) await publishDurable(bus, happened, 'same', 0);
    expect((await (await bus.manager()).streams.info('TESTS')).state.messages).toBe(before + 1);
  });
});
