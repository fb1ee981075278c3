import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { MessagesStored } from '@vestnik/contracts';
import { type Database, statement } from '@vestnik/database';
import { until } from '@vestnik/testing';
import { REGULAR_LIMITS } from '../src/domain/attempt-limits.ts';
import { findCandidates } from '../src/store/candidates.ts';
import { takePushes } from '../src/store/claims.ts';
import { prepareService, type ServiceUnderTest } from './service-under-test.ts';

const CONVERSATIONS = 20_000;
const PARTICIPANTS = 10;
const RECORDED = 200_000;

let service: ServiceUnderTest;
let database: Database;

beforeAll(async () => {
  service = await prepareService();
  database = service.database;
  const seed = async (name: string, sql: string) => database.query(statement<never>(name, sql), []);
  await seed('seed-1', `insert into conversations select id, 1 from generate_series(1, ${CONVERSATIONS}) id`);
  // Users 1 to 100,000 in conversations of ten; the users behind 50,000 have a device each.
  await seed(
    'seed-2',
    `insert into participants select c, (c * 7 + p * 9973) % 100000 + 1
     from generate_series(1, ${CONVERSATIONS}) c, generate_series(1, ${PARTICIPANTS}) p on conflict do nothing`,
  );
  await seed(
    'seed-3',
    `insert into devices (user_id, provider, target, target_key, secret, created_at)
     select u, 'webhook', '{"url": "https://hooks.example/"}', u, 'none', now() from generate_series(50001, 100000) u`,
  );
  await seed(
    'seed-4',
    `insert into pushes (message_id, conversation_id, seq, user_id, device_id, provider, state, next_attempt_at, done_at)
     select m, 1, m, 1, m % 50000, 'webhook', case when m % 100 = 0 then 'pending' else 'sent' end,
       case when m % 100 = 0 then now() + interval '1 hour' end, case when m % 100 = 0 then null else now() end
     from generate_series(1, ${RECORDED}) m`,
  );
  await seed('seed-5', `insert into preferences select u, array[1] from generate_series(1, 100000, 3) u`);
  await seed('seed-6', 'vacuum analyze');
});
afterAll(() => service.stop());

interface Reads {
  /** Scans of a whole table, and by an index. */
  full: number;
  by_index: number;
  /** Rows that either went through. */
  rows: number;
}

const scans = statement<Reads>(
  'test-scans',
  `select sum(seq_scan)::bigint as full, sum(idx_scan)::bigint as by_index,
     sum(seq_tup_read + idx_tup_fetch)::bigint as rows
   from pg_stat_user_tables where schemaname = 'notifications'
     and relname in ('participants', 'devices', 'pushes', 'queues', 'conversations', 'preferences')`,
);
const flush = statement<never>('test-flush', 'select pg_stat_force_next_flush()');

async function counted(): Promise<Reads> {
  const [row] = await database.query(scans, []);
  if (!row) throw new Error('no statistics');
  return row;
}

function claim() {
  const underWay = [{ user_id: 1, device_id: 1, isolated: false }];
  return takePushes(database, { isolated: false, limits: REGULAR_LIMITS, limit: 32, underWay, leaseSeconds: 30 });
}

test('a batch of messages is looked up by index alone, whether or not it reaches a device', async () => {
  const batch = (first: number): MessagesStored['messages'] =>
    Array.from({ length: 256 }, (_, index) => ({
      message_id: 1_000_000 + first + index,
      conversation_id: first + index,
      seq: 1,
      sender_id: 1,
      conversation_version: 1,
    }));
  await database.query(flush, []);
  const before = await counted();
  let candidates = 0;
  // A prepared statement may change its plan after some runs, so it is run often.
  for (let run = 0; run < 30; run += 1) {
    const found = await findCandidates(database, batch(1 + run * 300));
    candidates += found.candidates.length;
    expect(found.staleConversationIds).toEqual([]);
    await claim();
    await database.query(flush, []);
  }
  expect(candidates).toBeGreaterThan(10_000);
  const after = await until('the statistics are there', async () => {
    const now = await counted();
    return now.by_index > before.by_index && now;
  });
  expect(after.full).toBe(before.full);
});

test('a claim finds what is due for others at the same price, however much is due for one', async () => {
  const waiting = statement<never>(
    'seed-waiting',
    `insert into pushes (message_id, conversation_id, seq, user_id, device_id, provider, state, next_attempt_at)
     select $1 + m, 1, m, $2::bigint, $3 + m % $4, 'webhook', 'pending', now() from generate_series(1, $5::bigint) m`,
  );
  const priceOf = async () => {
    await database.query(flush, []);
    const before = await counted();
    const claimed = await claim();
    await database.query(flush, []);
    const after = await until('the statistics are there', async () => {
      const now = await counted();
      return now.by_index > before.by_index && now;
    });
    expect(after.full).toBe(before.full);
    return { users: new Set(claimed.map((push) => push.user_id)), rows: after.rows - before.rows };
  };
  // One user with fifty devices, before anybody else.
  await database.query(waiting, [2_000_000, 200_001, 200_001, 50, 500]);
  await database.query(waiting, [3_000_000, 200_002, 200_101, 1, 1]);
  const little = await priceOf();
  expect(little.users).toEqual(new Set([200_001, 200_002]));
  await database.query(waiting, [4_000_000, 200_001, 200_001, 50, 100_000]);
  await database.query(waiting, [5_000_000, 200_003, 200_102, 1, 1]);
  const much = await priceOf();
  expect(much.users).toEqual(new Set([200_001, 200_003]));
  expect(much.rows).toBeLessThan(little.rows + 500);
});
