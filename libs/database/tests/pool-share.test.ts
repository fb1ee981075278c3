import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createLogger } from '@vestnik/logging';
import { runSql, startServers, type TestServers, until } from '@vestnik/testing';
import { connectDatabase, type Database, refusalWhenAway, statement, writeStatement } from '../src/index.ts';

const readNumber = statement<{ number: number }>('read-number', 'select 1 as number');
const slowRead = statement('slow-read', 'select pg_advisory_lock_shared(2)');
const takeLock = writeStatement('take-lock', 'select pg_advisory_xact_lock($1)');
const writeNumber = writeStatement<{ number: number }>('write-number', 'select 2 as number');
const waitingForLocks = statement<{ count: number }>(
  'waiting-for-locks',
  `select count(*) from pg_stat_activity where usename = current_user and wait_event_type = 'Lock'`,
);

let servers: TestServers;
let database: Database;
let holder: Database;
beforeAll(async () => {
  servers = await startServers({ emptySchemas: true });
  // No service may take such a lock.
  const locks = 'pg_advisory_lock_shared(bigint), pg_advisory_xact_lock(bigint)';
  await runSql(servers.adminUrl, `grant execute on function ${locks} to public`);
  const logger = createLogger('tests', 'silent');
  const options = { url: servers.databaseUrls.messages, schema: 'messages', entities: [], logger };
  database = await connectDatabase({ ...options, poolSize: 4 });
  holder = await connectDatabase({ ...options, poolSize: 1, sessionSettings: { lock_timeout: '0' } });
});
afterAll(async () => {
  await Promise.all([database.close(), holder.close()]);
  await servers.stop();
});

/** Runs `work` while another connection holds a lock, and resolves when the work and `waiters` have settled. */
async function whileLocked(lock: number, waiters: () => Promise<unknown>[], work: () => Promise<void>) {
  const release = Promise.withResolvers<void>();
  const held = Promise.withResolvers<void>();
  const holding = holder.transaction(async ({ query }) => {
    await query(takeLock, [lock]);
    held.resolve();
    await release.promise;
  });
  await held.promise;
  const settled = Promise.allSettled(waiters());
  await until('a connection waits', async () => (await database.query(waitingForLocks, []))[0]?.count !== 0);
  await work();
  release.resolve();
  await holding;
  return settled;
}

test('transactions that wait for a lock leave connections for reads', async () => {
  const waiters = () => Array.from({ length: 20 }, () => database.transaction(({ query }) => query(takeLock, [1])));
  await whileLocked(1, waiters, async () => {
    expect(await database.query(readNumber, [])).toEqual([{ number: 1 }]);
    expect(await database.ping()).toBe(true);
  });
});

test('reads that do not end leave connections for writes', async () => {
  const reader = await connectDatabase({
    url: servers.databaseUrls.messages,
    schema: 'messages',
    entities: [],
    logger: createLogger('tests', 'silent'),
    poolSize: 4,
  });
  const waiters = () => Array.from({ length: 20 }, () => reader.query(slowRead, []));
  await whileLocked(2, waiters, async () => {
    expect(await reader.query(writeNumber, [])).toEqual([{ number: 2 }]);
    expect(await reader.transaction(({ query }) => query(writeNumber, []))).toEqual([{ number: 2 }]);
  });
  await reader.close();
});

test('a lock that does not become free is refused as unavailable', async () => {
  const waiters = () => [database.transaction(({ query }) => query(takeLock, [3]))];
  let settled: Promise<PromiseSettledResult<unknown>[]> | undefined;
  await whileLocked(3, waiters, async () => {
    settled = Promise.allSettled([database.transaction(({ query }) => query(takeLock, [3]))]);
    await settled;
  });
  const [result] = (await settled) ?? [];
  if (result?.status !== 'rejected') throw new Error('The transaction got a lock that another connection held');
  expect(refusalWhenAway(result.reason)).toMatchObject({ code: 'unavailable', retryAfterSeconds: 1 });
});
