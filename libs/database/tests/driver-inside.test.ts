import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { MikroORM } from '@mikro-orm/postgresql';
import { createLogger } from '@vestnik/logging';
import { startServers, type TestServers } from '@vestnik/testing';
import { Client, Pool } from 'pg';
import { connectDatabase, statement } from '../src/index.ts';

/**
 * The private parts of `pg`, Kysely and MikroORM that `libs/database` relies on (docs/adr/0005-libraries.md). Where a version does it otherwise,
 * connections would be guarded no longer, and nothing would say so.
 */
let servers: TestServers;
beforeAll(async () => {
  servers = await startServers({ emptySchemas: true });
});
afterAll(() => servers.stop());

/** The calls that arrive at the clients of a pool, in the place of `guardConnection`, without their callbacks. */
function record(pool: Pool): unknown[][] {
  const calls: unknown[][] = [];
  pool.on('connect', (client) => {
    const query = client.query.bind(client) as (...parameters: unknown[]) => unknown;
    const recorded = (...parameters: unknown[]) => {
      calls.push(parameters.map((parameter) => (typeof parameter === 'function' ? 'callback' : parameter)));
      return query(...parameters);
    };
    Object.assign(client, { query: recorded });
  });
  return calls;
}

test('a pool asks through the `query` of its client, with a callback', async () => {
  const pool = new Pool({ connectionString: servers.databaseUrls.messages });
  const calls = record(pool);
  await pool.query('select $1::int', [1]);
  await pool.end();
  expect(calls).toEqual([['select $1::int', [1], 'callback']]);
});

test('MikroORM begins and rolls back in these words, by Kysely', async () => {
  let calls: unknown[][] = [];
  const orm = await MikroORM.init({
    clientUrl: servers.databaseUrls.messages,
    entities: [],
    discovery: { warnWhenNoEntities: false },
    ensureDatabase: false,
    driverOptions: { onPoolCreated: (pool: Pool) => (calls = record(pool)) },
  });
  const undone = orm.em.transactional(async (em) => {
    await em.execute('select 1');
    throw new Error('undone');
  });
  await expect(undone).rejects.toThrow('undone');
  await orm.close();
  const texts = calls.map(([text]) => text);
  expect(texts.at(0)).toMatch(/^(begin|start transaction)\b/);
  expect(texts.at(-1)).toBe('rollback');
});

test('the driver says in these words that a statement took too long, and marks a connection that is ending', async () => {
  const client = new Client({ connectionString: servers.databaseUrls.messages });
  await client.connect();
  expect(client).toHaveProperty('_ending', false);
  const slow = { text: 'select pg_sleep(1)', query_timeout: 20 };
  await expect(client.query(slow)).rejects.toThrow(/^Query read timeout$/);
  const ended = client.end();
  // By this a pool drops a connection that comes back to it.
  expect(client).toHaveProperty('_ending', true);
  await ended;
});

test('a pool of MikroORM has type parsers of its own: `bigint` is a number in it, and a text elsewhere', async () => {
  const text = `select 9007199254740991::bigint as big, array[1, 2]::bigint[] as list, '2026-01-01Z'::timestamptz as at`;
  const database = await connectDatabase({
    url: servers.databaseUrls.messages,
    schema: 'messages',
    entities: [],
    poolSize: 1,
    logger: createLogger('tests', 'silent'),
  });
  const [row] = await database.query(statement('types', text), []);
  await database.close();
  expect(row).toEqual({ big: 9_007_199_254_740_991, list: [1, 2], at: '2026-01-01 00:00:00+00' });

  const client = new Client({ connectionString: servers.databaseUrls.messages });
  await client.connect();
  expect((await client.query(text)).rows).toEqual([
    { big: '9007199254740991', list: ['1', '2'], at: expect.any(Date) },
  ]);
  await client.end();
});
