import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { VestnikError } from '@vestnik/contracts';
import { connectDatabase, type Database, statement } from '@vestnik/database';
import { createLogger } from '@vestnik/logging';
import { startServers, type TestServers, until } from '@vestnik/testing';
import { createRelay } from '../src/relay.ts';

const createTable = statement<never>(
  'create-table',
  `create table outbox (
     id bigint generated always as identity primary key,
     payload json not null,
     created_at timestamptz not null default now()
   )`,
);
const insert = statement<{ id: number }>(
  'insert',
  `insert into outbox (payload, created_at)
   select to_json(payload), now() - interval '1 minute' from unnest($1::text[]) as payload returning id`,
);
const waiting = statement<{ payload: string }>('waiting', 'select payload from outbox order by id');
const empty = statement<never>('empty', 'delete from outbox');

const logger = createLogger('tests', 'silent');
let servers: TestServers;
let database: Database;
beforeAll(async () => {
  servers = await startServers({ emptySchemas: true });
  const url = servers.databaseUrls.messages;
  database = await connectDatabase({ url, schema: 'messages', poolSize: 3, entities: [], logger });
  await database.query(createTable, []);
});
afterAll(async () => {
  await database.close();
  await servers.stop();
});

/** The published payloads, in order. */
let published: unknown[];
/** Returns the error of publishing a row; undefined for none. */
let refuse: (payload: string) => Error | undefined;
/** Rows that this process has published, and not deleted yet. */
let done: number[];
let relay: () => Promise<boolean>;
beforeEach(() => {
  published = [];
  refuse = () => undefined;
  done = [];
  relay = createRelay({
    database,
    logger,
    publishedIds: () => done,
    async publish({ payload }) {
      const error = refuse(payload as string);
      if (error) throw error;
      published.push(payload);
    },
  });
});
afterEach(() => database.query(empty, []));

/** Tries everything once, or until it is given up. */
async function round(): Promise<void> {
  while (await relay());
}
const rows = async () => (await database.query(waiting, [])).map(({ payload }) => payload);
const many = (name: string, count: number) => Array.from({ length: count }, (_, index) => `${name} ${index}`);

test('rows that cannot be published hold up none behind them, however many they are, and are published once they can', async () => {
  const broken = many('broken', 450);
  refuse = (payload) => (payload.startsWith('broken') ? new Error('on purpose') : undefined);
  await database.query(insert, [[...broken, 'behind', 'further behind']]);
  await round();
  expect(published.splice(0)).toEqual(['behind', 'further behind']);
  expect(await rows()).toEqual(broken);
  refuse = () => undefined;
  await until('nothing waits', async () => {
    await round();
    return (await rows()).length === 0;
  });
  expect(published.toSorted()).toEqual(broken.toSorted());
});

test('a row that fails by itself is tried ever more rarely', async () => {
  const tries: number[] = [];
  refuse = () => {
    tries.push(performance.now());
    return new Error('on purpose');
  };
  await database.query(insert, [['broken']]);
  await until('it was tried three times', async () => {
    await round();
    return tries.length === 3;
  });
  const [first = 0, second = 0, third = 0] = tries;
  expect(second - first).toBeGreaterThanOrEqual(500);
  expect(third - second).toBeGreaterThanOrEqual(1_000);
});

test('while the bus is away, a round tries a few rows alone, and the next round tries the rows behind them', async () => {
  const tried: string[] = [];
  refuse = (payload) => {
    tried.push(payload);
    return new VestnikError('unavailable', 'on purpose');
  };
  const all = many('event', 8);
  await database.query(insert, [all]);
  for (let count = 0; count < 4; count += 1) await round();
  // The third round finds the end; the fourth begins again.
  expect(tried).toEqual([...all, ...all.slice(0, 3)]);
  refuse = () => undefined;
  await round();
  await round();
  expect(published).toEqual([...all.slice(3), ...all.slice(0, 3)]);
  expect(await rows()).toEqual([]);
});

test('a row that this process has published already is not published again', async () => {
  done = (await database.query(insert, [['published', 'left behind']])).slice(0, 1).map(({ id }) => id);
  await round();
  expect(published).toEqual(['left behind']);
  expect(await rows()).toEqual([]);
});
