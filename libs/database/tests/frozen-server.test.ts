import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { defineEntity, p } from '@mikro-orm/core';
import { createLogger } from '@vestnik/logging';
import { patience, startServers, type TestServers, until } from '@vestnik/testing';
import { connectDatabase, type Database, isDatabaseAway, type Queries, statement } from '../src/index.ts';

const noteEntity = defineEntity({
  name: 'Note',
  tableName: 'notes',
  properties: { id: p.bigint('number').primary().autoincrement(), text: p.text() },
});
const createNotes = statement<never>(
  'create-notes',
  'create table notes (id bigint generated always as identity primary key, text text not null)',
);
const insertNote = statement<never>('insert-note', 'insert into notes (text) values ($1)');
const readNotes = statement<{ text: string }>('read-notes', 'select text from notes order by id');
const openTransactions = statement<{ count: number }>(
  'open-transactions',
  `select count(*) from pg_stat_activity
   where usename = current_user and state like 'idle in transaction%' and pid <> pg_backend_pid()`,
);

let servers: TestServers;
/** Two connections at most, so that one that is not as it should be is met at once. */
let database: Database;
let observer: Database;
beforeAll(async () => {
  servers = await startServers({ ownPostgres: true, emptySchemas: true });
  const logger = createLogger('tests', 'silent');
  const options = { url: servers.databaseUrls.messages, schema: 'messages', entities: [noteEntity], logger };
  database = await connectDatabase({ ...options, poolSize: 2 });
  observer = await connectDatabase({ ...options, poolSize: 2 });
  await database.query(createNotes, []);
});
afterEach(() => servers.postgres?.thaw());
afterAll(async () => {
  await Promise.all([database.close(), observer.close()]);
  await servers.stop();
});

test('a ping of a server that does not answer is answered within a second', async () => {
  await servers.postgres?.freeze();
  const since = performance.now();
  expect(await database.ping()).toBe(false);
  expect(performance.now() - since).toBeLessThan(patience(1_000));
  await servers.postgres?.thaw();
  await until('the server answers again', () => database.ping());
});

test('the unfinished transaction of a frozen server is rolled back, and no later statement runs inside it', async () => {
  const begun = Promise.withResolvers<void>();
  const goOn = Promise.withResolvers<void>();
  const undone = database.unitOfWork(async (em) => {
    await em.persist(em.create(noteEntity, { text: 'undone' })).flush();
    begun.resolve();
    await goOn.promise;
    await em.persist(em.create(noteEntity, { text: 'undone too' })).flush();
  });
  await begun.promise;
  await servers.postgres?.freeze();
  goOn.resolve();
  const fault: unknown = await undone.catch((error: unknown) => error);
  expect(isDatabaseAway(fault)).toBe(true);
  await servers.postgres?.thaw();

  await until('the server answers again', () => database.ping());
  await Promise.all(['one', 'two', 'three'].map((text) => database.query(insertNote, [text])));
  const texts = (await observer.query(readNotes, [])).map((note) => note.text);
  expect(texts.toSorted()).toEqual(['one', 'three', 'two']);
  await until('nothing is left open', async () => (await observer.query(openTransactions, []))[0]?.count === 0);
});

test('transactions that a killed server broke off leave the pool whole', async () => {
  const broken = [1, 2].map(() => {
    const begun = Promise.withResolvers<void>();
    const goOn = Promise.withResolvers<void>();
    const work = database.unitOfWork(async (em) => {
      await em.persist(em.create(noteEntity, { text: 'broken off' })).flush();
      begun.resolve();
      await goOn.promise;
    });
    return { begun, goOn, work };
  });
  await Promise.all(broken.map(({ begun }) => begun.promise));
  await servers.postgres?.kill();
  for (const { goOn } of broken) goOn.resolve();
  for (const { work } of broken) expect(isDatabaseAway(await work.catch((error: unknown) => error))).toBe(true);
  await servers.postgres?.start();

  await until('the server answers again', () => database.ping());
  const texts = (await observer.query(readNotes, [])).map((note) => note.text);
  expect(texts).not.toContain('broken off');
  await Promise.all([1, 2, 3, 4].map(() => database.query(readNotes, [])));
});

test('transactions that could not begin leave the pool whole', async () => {
  await Promise.all([1, 2].map(() => database.query(readNotes, [])));
  await servers.postgres?.freeze();
  const note = (text: string) => (queries: Queries) => queries.query(insertNote, [text]);
  const begun = await Promise.allSettled([
    database.unitOfWork((em) => em.persist(em.create(noteEntity, { text: 'never' })).flush()),
    database.transaction(note('never')),
  ]);
  for (const { reason } of begun as PromiseRejectedResult[]) {
    expect(isDatabaseAway(reason)).toBe(true);
  }
  await servers.postgres?.thaw();

  await until('the server answers again', () => database.ping());
  await Promise.all([1, 2, 3, 4].map(() => database.query(readNotes, [])));
  expect((await observer.query(readNotes, [])).map((note) => note.text)).not.toContain('never');
  await Promise.all(['a', 'b', 'c'].map((text) => database.transaction(note(text))));
});
