import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createLogger } from '@vestnik/logging';
import { startServers, type TestServers, until } from '@vestnik/testing';
import { connectDatabase, type Database, statement } from '../src/index.ts';

const one = statement<{ one: number }>('one', 'select 1 as one');
const countConnections = statement<{ count: number }>(
  'count-connections',
  `select count(*) from pg_stat_activity where datname = current_database() and usename = 'messages'`,
);

const logger = createLogger('tests', 'silent');
let servers: TestServers;
let admin: Database;

beforeAll(async () => {
  servers = await startServers({ emptySchemas: true });
  admin = await connectDatabase({ url: servers.adminUrl, schema: 'public', poolSize: 1, entities: [], logger });
});
afterAll(async () => {
  await admin.close();
  await servers.stop();
});

test.each<[string, (database: Database) => Promise<unknown>]>([
  ['nothing', async () => {}],
  ['statements', (database) => database.query(one, [])],
  ['a transaction', (database) => database.transaction(({ query }) => query(one, []))],
  ['a unit of work', (database) => database.em().execute('select 1')],
])('closing leaves no connection of a database that was used for %s', async (_, use) => {
  const options = { url: servers.databaseUrls.messages, schema: 'messages', poolSize: 2, entities: [], logger };
  const database = await connectDatabase(options);
  await use(database);
  await database.close();
  await until('the server has noticed', async () => (await admin.query(countConnections, []))[0]?.count === 0, 3_000);
  expect(await admin.query(countConnections, [])).toEqual([{ count: 0 }]);
});
