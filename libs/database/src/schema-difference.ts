import { type EntityManager, MikroORM } from '@mikro-orm/postgresql';
import { schemaOf } from '@vestnik/contracts';
import { MIGRATION_LOCK, MIGRATIONS_TABLE } from './migrate-schema.ts';
import type { Schema, SchemaExtras } from './schema.ts';
import { serverConnection } from './server-connection.ts';

/**
 * Returns the SQL that would make a migrated schema what its description says; empty where both agree. A new migration
 * begins as this SQL.
 */
export async function schemaDifference(described: Schema, url: string): Promise<string> {
  const { entities, extras = {} } = described;
  const name = schemaOf(described.name);
  const orm = await MikroORM.init({
    ...serverConnection(url),
    schema: name,
    entities,
    discovery: { warnWhenNoEntities: false },
    schemaGenerator: {
      // The migrator's own.
      skipTables: [MIGRATIONS_TABLE, MIGRATION_LOCK],
      // These live in `functions`, and triggers in `extras`.
      ignoreRoutines: true,
      ignoreTriggers: true,
    },
  });
  try {
    const tables = await orm.schema.getUpdateSchemaSQL({ wrap: false });
    const rest = await extrasDifference(orm.em.fork(), name, extras);
    // Each role finds its own schema without naming it.
    return [tables.trim().replaceAll(`"${name}".`, ''), ...rest].filter((text) => text !== '').join('\n');
  } finally {
    await orm.close();
  }
}

async function extrasDifference(em: EntityManager, schema: string, extras: SchemaExtras): Promise<string[]> {
  return [
    ...(await storageDifference(em, schema, extras.storage ?? {})),
    ...compare(await sequencesOf(em, schema), (extras.sequences ?? []).map(sequence)),
    ...compare(await triggersOf(em, schema), (extras.triggers ?? []).map(trigger)),
  ];
}

/** One thing that exists or does not: how to tell it from others, and the SQL that makes and removes it. */
interface Thing {
  identity: string;
  create: string;
  drop: string;
}

function compare(found: readonly Thing[], wanted: readonly Thing[]): string[] {
  const without = (all: readonly Thing[], some: readonly Thing[]) => {
    const identities = new Set(some.map(({ identity }) => identity));
    return all.filter(({ identity }) => !identities.has(identity));
  };
  return [...without(found, wanted).map(({ drop }) => drop), ...without(wanted, found).map(({ create }) => create)];
}

async function storageDifference(
  em: EntityManager,
  schema: string,
  wanted: NonNullable<SchemaExtras['storage']>,
): Promise<string[]> {
  const rows = await em.execute<{ name: string; options: string[] | null }[]>(
    `select relname as name, reloptions as options from pg_class
     where relnamespace = ?::regnamespace and relkind = 'r' order by relname`,
    [schema],
  );
  return rows.flatMap(({ name, options }) => {
    const found = new Set(options);
    const expected = new Map(Object.entries(wanted[name] ?? {}).map(([key, value]) => [`${key}=${value}`, key]));
    const set = [...expected.keys()].filter((option) => !found.has(option));
    const kept = new Set(expected.values());
    const reset = [...found].map((option) => option.split('=')[0] ?? option).filter((key) => !kept.has(key));
    return [
      ...(set.length > 0 ? [`alter table ${name} set (${set.join(', ')});`] : []),
      ...(reset.length > 0 ? [`alter table ${name} reset (${reset.join(', ')});`] : []),
    ];
  });
}

const sequence = (name: string): Thing => ({
  identity: name,
  create: `create sequence ${name};`,
  drop: `drop sequence ${name};`,
});

/** Those of identity columns depend on their column and are part of it. */
async function sequencesOf(em: EntityManager, schema: string): Promise<Thing[]> {
  const rows = await em.execute<{ name: string }[]>(
    `select relname as name from pg_class
     where relnamespace = ?::regnamespace and relkind = 'S'
       and not exists (select from pg_depend where objid = pg_class.oid and deptype in ('a', 'i'))`,
    [schema],
  );
  return rows.map(({ name }) => sequence(name));
}

const TRIGGER = /^create trigger (\w+) .* on (?:\w+\.)?(\w+) /;

/** Postgres writes a trigger in its own way: capitals, schemas and line breaks do not count. */
function trigger(definition: string): Thing {
  const create = definition.replaceAll(/\s+/g, ' ').trim().toLowerCase();
  const [, name, table] = TRIGGER.exec(create) ?? [];
  return {
    identity: create.replaceAll(/ (on|function) \w+\./g, ' $1 '),
    create: `${create};`,
    drop: `drop trigger ${name} on ${table};`,
  };
}

async function triggersOf(em: EntityManager, schema: string): Promise<Thing[]> {
  const rows = await em.execute<{ definition: string }[]>(
    `select pg_get_triggerdef(pg_trigger.oid) as definition from pg_trigger join pg_class on pg_class.oid = tgrelid
     where relnamespace = ?::regnamespace and not tgisinternal`,
    [schema],
  );
  return rows.map(({ definition }) => trigger(definition));
}
