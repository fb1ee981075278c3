import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { createLogger } from '@vestnik/logging';
import { startServers, type TestServers } from '@vestnik/testing';
import { connectDatabase, type Database, migrateSchema, statement } from '../src/index.ts';

const SCHEMA = 'messages';
let servers: TestServers;
let admin: Database;
/** The folder of an invented service; each test begins with an empty one and an empty schema. */
let folder: string;
let url: string;

beforeAll(async () => {
  servers = await startServers({ emptySchemas: true });
  url = servers.databaseUrls[SCHEMA];
  const logger = createLogger('test', 'silent');
  admin = await connectDatabase({ url, schema: SCHEMA, poolSize: 2, entities: [], logger });
});
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vestnik-migrations-'));
  await mkdir(join(folder, 'migrations'));
  await mkdir(join(folder, 'functions'));
  const tables = await sql<{ name: string }>(
    'select tablename as name from pg_tables where schemaname = current_schema()',
  );
  for (const { name } of tables) await sql(`drop table ${name}`);
  await sql(`drop function if exists answer(), question()`);
});
afterEach(() => rm(folder, { recursive: true }));
afterAll(async () => {
  await admin.close();
  await servers.stop();
});

let statements = 0;
function sql<Row>(text: string): Promise<Row[]> {
  statements += 1;
  return admin.query(statement<Row>(`test-${statements}`, text), []);
}

const write = (file: string, text: string) => writeFile(join(folder, file), text);
const migrate = () => migrateSchema({ name: SCHEMA, folder: pathToFileURL(`${folder}/`) }, url);
const answerIs = (value: number) =>
  `create or replace function answer() returns int language sql as 'select ${value}';`;

test('runs what has not run yet, in the order of the numbers, and nothing twice', async () => {
  await write('migrations/0002-fill.sql', 'insert into things values (2);');
  await write('migrations/0001-create.sql', 'create table things (id int); insert into things values (1);');
  expect(await migrate()).toEqual(['0001-create', '0002-fill']);
  expect(await migrate()).toEqual([]);
  await write('migrations/0003-fill-more.sql', 'insert into things values (3);');
  expect(await migrate()).toEqual(['0003-fill-more']);
  expect(await sql('select id from things order by id')).toEqual([{ id: 1 }, { id: 2 }, { id: 3 }]);
});

test('a migration that fails leaves nothing behind, and those before it stay', async () => {
  await write('migrations/0001-create.sql', 'create table things (id int);');
  await write('migrations/0002-fail.sql', 'insert into things values (1); select 1 / 0;');
  await expect(migrate()).rejects.toThrow('division by zero');
  expect(await sql('select id from things')).toEqual([]);
  expect(await sql('select name from migrations')).toEqual([{ name: '0001-create' }]);
  await write('migrations/0002-fail.sql', 'insert into things values (1);');
  expect(await migrate()).toEqual(['0002-fail']);
});

test('two runs at the same time run each migration once', async () => {
  await write('migrations/0001-create.sql', 'create table things (id int); select pg_sleep(0.2);');
  await write('migrations/0002-fill.sql', 'insert into things values (1);');
  await write('functions/answer.sql', answerIs(42));
  const runs = await Promise.all([migrate(), migrate(), migrate()]);
  expect(runs.toSorted((a, b) => b.length - a.length)).toEqual([
    ['0001-create', '0002-fill', 'functions/answer'],
    [],
    [],
  ]);
  expect(await sql('select id from things')).toEqual([{ id: 1 }]);
});

test('a schema of an older release gets every function, whatever its migrations did', async () => {
  // An older release made functions in a migration; a later file of the same migration never came to its schemas.
  await write('migrations/0001-create.sql', `create table things (id int); ${answerIs(1)}`);
  await migrate();
  await write('functions/answer.sql', answerIs(42));
  await write(
    'functions/question.sql',
    `create or replace function question() returns text language sql as $$ select '?' $$;`,
  );
  expect(await migrate()).toEqual(['functions/answer', 'functions/question']);
  expect(await sql('select answer(), question()')).toEqual([{ answer: 42, question: '?' }]);
  expect(await migrate()).toEqual([]);
});

test('functions follow their files, and a faulty file changes none of them', async () => {
  await write('functions/answer.sql', answerIs(41));
  await migrate();
  await write('functions/answer.sql', answerIs(42));
  await write(
    'functions/question.sql',
    'create or replace function question() returns int language sql as $$ oops $$;',
  );
  await expect(migrate()).rejects.toThrow('syntax error');
  expect(await sql('select answer()')).toEqual([{ answer: 41 }]);
  await rm(join(folder, 'functions/question.sql'));
  expect(await migrate()).toEqual(['functions/answer']);
  expect(await sql('select answer()')).toEqual([{ answer: 42 }]);
});

test('functions that were changed by hand are put back', async () => {
  await write('functions/answer.sql', answerIs(42));
  await migrate();
  await sql(answerIs(0).slice(0, -1));
  expect(await migrate()).toEqual(['functions/answer']);
  expect(await sql('select answer()')).toEqual([{ answer: 42 }]);
});

test('a migration that an older release recorded under another name does not run again', async () => {
  await write('migrations/0001-create.sql', 'create table things (id int);');
  await migrate();
  await sql(`update migrations set name = '20260101000000-make', digest = null`);
  await sql('alter table migrations drop column digest');
  await rm(join(folder, 'migrations/0001-create.sql'));
  await write('migrations/0001-make-things.sql', '-- formerly: 20260101000000-make\ncreate table things (id int);');
  await write('migrations/0002-fill.sql', 'insert into things values (1);');
  expect(await migrate()).toEqual(['0002-fill']);
  expect(await sql('select name from migrations order by id')).toEqual([
    { name: '0001-make-things' },
    { name: '0002-fill' },
  ]);
});

test('a migration that was edited after it ran is refused; its comments may change', async () => {
  await write('migrations/0001-create.sql', '-- Things.\ncreate table things (id int);');
  await migrate();
  await write('migrations/0001-create.sql', '-- What the service owns.\ncreate table things\n(id int);');
  expect(await migrate()).toEqual([]);
  await write('migrations/0001-create.sql', 'create table things (id bigint);');
  await write('migrations/0002-fill.sql', 'insert into things values (1);');
  await expect(migrate()).rejects.toThrow('0001-create was edited after it ran in this schema');
  expect(await sql('select id from things')).toEqual([]);
});

test.each([
  ['create.sql', 'migrations/create.sql: a migration is named NNNN-name.sql'],
  ['0001-again.sql', 'migrations/0001-create.sql: another migration has the number 0001'],
])('a file that has no place of its own in the order is refused: %s', async (file, message) => {
  await write('migrations/0001-create.sql', 'create table things (id int);');
  await write(`migrations/${file}`, 'select 1;');
  await expect(migrate()).rejects.toThrow(message);
});
