import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { defineEntity, p } from '@mikro-orm/core';
import { startServers, type TestServers } from '@vestnik/testing';
import { identity, migrateSchema, type Schema, schemaDifference } from '../src/index.ts';

const MIGRATION = `
  create table owners (id bigint generated always as identity primary key);
  create sequence tickets;
  create table things (
    owner_id bigint not null references owners,
    name text not null,
    size integer not null default 1 check (size > 0),
    sold_at timestamptz,
    primary key (owner_id, name)
  ) with (fillfactor = 70);
  create index things_unsold on things (name) where sold_at is null;
  create function note() returns trigger language plpgsql as 'begin return null; end';
  create trigger noted after insert on things referencing new table as added
  for each statement execute function note();`;

const ownerEntity = defineEntity({ name: 'Owner', tableName: 'owners', properties: { id: identity() } });
const thing = {
  name: 'Thing',
  tableName: 'things',
  properties: {
    owner_id: () =>
      p.manyToOne(ownerEntity).mapToPk().primary().fieldName('owner_id').foreignKeyName('things_owner_id_fkey'),
    name: p.text().primary(),
    size: p.integer().default(1).check('size > 0'),
    sold_at: p.datetime().nullable(),
  },
  indexes: [{ name: 'things_unsold', properties: ['name' as const], where: 'sold_at is null' }],
};
const extras = {
  storage: { things: { fillfactor: 70 } },
  sequences: ['tickets'],
  triggers: [
    `create trigger noted after insert on things referencing new table as added
     for each statement execute function note()`,
  ],
};

let servers: TestServers;
let folder: string;
let migrated: Schema;
const url = () => servers.databaseUrls.messages;
beforeAll(async () => {
  servers = await startServers({ emptySchemas: true });
  folder = await mkdtemp(join(tmpdir(), 'vestnik-schema-'));
  await mkdir(join(folder, 'migrations'));
  await writeFile(join(folder, 'migrations/0001-create-tables.sql'), MIGRATION);
  migrated = {
    name: 'messages',
    folder: pathToFileURL(`${folder}/`),
    entities: [ownerEntity, defineEntity(thing)],
    extras,
  };
  await migrateSchema(migrated, url());
});
afterAll(async () => {
  await servers.stop();
  await rm(folder, { recursive: true });
});

test('a schema that is as described differs in nothing', async () => {
  expect(await schemaDifference(migrated, url())).toBe('');
});

test.each<[string, Partial<Schema>, RegExp]>([
  ['a table', { entities: [ownerEntity] }, /drop table if exists "things"/],
  [
    'a column',
    { entities: [ownerEntity, withColumn({ size: p.integer().default(2).check('size > 0') })] },
    /"size" set default 2/,
  ],
  [
    'a check',
    { entities: [ownerEntity, withColumn({ size: p.integer().default(1).check('size > 1') })] },
    /check \(size > 1\)/,
  ],
  [
    'an index',
    { entities: [ownerEntity, withIndex('sold_at is not null')] },
    /create index "things_unsold" .* where sold_at is not null/,
  ],
  [
    'storage',
    { extras: { ...extras, storage: { owners: { fillfactor: 90 } } } },
    /^alter table owners set \(fillfactor=90\);\nalter table things reset \(fillfactor\);$/,
  ],
  [
    'a sequence',
    { extras: { ...extras, sequences: ['numbers'] } },
    /^drop sequence tickets;\ncreate sequence numbers;$/,
  ],
  ['a trigger', { extras: { ...extras, triggers: [] } }, /^drop trigger noted on things;$/],
])('%s that differs is named with the SQL that would make it right', async (_what, description, sql) => {
  expect(await schemaDifference({ ...migrated, ...description }, url())).toMatch(sql);
});

function withColumn(properties: object) {
  return defineEntity({ ...thing, properties: { ...thing.properties, ...properties } });
}

function withIndex(where: string) {
  return defineEntity({ ...thing, indexes: [{ name: 'things_unsold', properties: ['name' as const], where }] });
}

test('the difference, run as a migration, makes the schema what is described', async () => {
  const described: Schema = { ...migrated, entities: [ownerEntity, withIndex('sold_at is not null')], extras: {} };
  await writeFile(join(folder, 'migrations/0002-follow.sql'), await schemaDifference(described, url()));
  expect(await migrateSchema(described, url())).toEqual(['0002-follow']);
  expect(await schemaDifference(described, url())).toBe('');
});
