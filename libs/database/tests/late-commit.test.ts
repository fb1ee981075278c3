import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createLogger } from '@vestnik/logging';
import { startServers, startTcpProxy, type TcpProxy, type TestServers, until } from '@vestnik/testing';
import { connectDatabase, type Database, isDatabaseAway, statement, writeStatement } from '../src/index.ts';

const createNotes = statement<never>('create-notes', 'create table notes (text text not null)');
const insertNote = writeStatement<never>('insert-note', 'insert into notes (text) values ($1)');
const readNotes = statement<{ text: string }>('read-notes', 'select text from notes order by text');
const openTransactions = statement<{ count: number }>(
  'open-transactions',
  `select count(*) from pg_stat_activity
   where usename = current_user and state <> 'idle' and pid <> pg_backend_pid()`,
);

let servers: TestServers;
let link: TcpProxy;
/** Behind a link that a test can hold. */
let database: Database;
let observer: Database;
beforeAll(async () => {
  servers = await startServers({ emptySchemas: true });
  link = await startTcpProxy(servers.databaseUrls.messages);
  const options = { schema: 'messages', entities: [], poolSize: 2, logger: createLogger('tests', 'silent') };
  database = await connectDatabase({ ...options, url: link.url });
  observer = await connectDatabase({ ...options, url: servers.databaseUrls.messages });
  await observer.query(createNotes, []);
});
afterAll(async () => {
  await Promise.all([database?.close(), observer?.close()]);
  await link?.stop();
  await servers?.stop();
});

test('a commit that was on its way for too long is refused, and does not take effect when the way is free again', async () => {
  const refused = database
    .transaction(async (queries) => {
      await queries.query(insertNote, ['late']);
      link.hold();
    })
    .catch((error: unknown) => error);
  expect(isDatabaseAway(await refused)).toBe(true);
  await until('the server has given it up', async () => (await observer.query(openTransactions, []))[0]?.count === 0);
  link.mend();
  await until('the way is free', () => database.ping());
  await database.transaction((queries) => queries.query(insertNote, ['later']));
  expect(await observer.query(readNotes, [])).toEqual([{ text: 'later' }]);
});

test('a transaction that its service left alone ends, and its work is refused as unavailable', async () => {
  const ended = async () => (await observer.query(openTransactions, []))[0]?.count === 0;
  const refused = await database
    .transaction(async (queries) => {
      await queries.query(insertNote, ['left alone']);
      await until('the server has given it up', ended);
    })
    .catch((error: unknown) => error);
  expect(isDatabaseAway(refused)).toBe(true);
  expect(await observer.query(readNotes, [])).toEqual([{ text: 'later' }]);
  expect(await database.ping()).toBe(true);
});
