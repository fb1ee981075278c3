import { Migration, Migrator } from '@mikro-orm/migrations';
import { type EntityManager, MikroORM } from '@mikro-orm/postgresql';
import { schemaOf } from '@vestnik/contracts';
import { unfitServer } from '@vestnik/postgres';
import { type MigrationFile, readFunctions, readMigrations } from './migration-files.ts';
import { recreateFunctions } from './recreate-functions.ts';
import type { Schema } from './schema.ts';
import { serverConnection } from './server-connection.ts';

/** The table of each schema that names the migrations that ran. MikroORM keeps it; `digest` is ours. */
export const MIGRATIONS_TABLE = 'migrations';

/** A table without columns, which a migration locks. Any other role could hold an advisory lock. */
export const MIGRATION_LOCK = 'migration_lock';

/** The errors of the second of two that make a table at the same time: of the catalog's key, the table, or its row type. */
const MADE_MEANWHILE = new Set(['23505', '42P07', '42710']);

/**
 * Brings a service's schema up to date as the service's own role. Each migration that has not run yet runs in a
 * transaction of its own, together with the note that it ran. Then every function that differs from its file is
 * re-created. Two runs at the same time wait for each other.
 *
 * @param url the database with the service's own role
 * @returns the migrations that ran, and `functions/<name>` for every file whose functions changed
 * @throws Error when a migration was edited after it ran in this schema.
 * @throws SettingError when the server is not fit, or refuses this role, database or TLS.
 */
export async function migrateSchema({ name, folder }: Pick<Schema, 'name' | 'folder'>, url: string): Promise<string[]> {
  const schema = schemaOf(name);
  const migrations = await readMigrations(folder);
  const functions = await readFunctions(folder);
  const orm = await MikroORM.init({
    ...serverConnection(url),
    schema,
    entities: [],
    discovery: { warnWhenNoEntities: false },
    extensions: [Migrator],
    migrations: {
      migrationsList: migrations.map(({ name, sql }) => ({ name, class: migrationOf(sql) })),
      // One transaction for each migration, not one for all of them.
      allOrNothing: false,
      snapshot: false,
      tableName: MIGRATIONS_TABLE,
      silent: true,
    },
    pool: { min: 0, max: 3 },
  });
  try {
    await makeLock(orm.em.fork());
    // One connection holds the lock while the migrator works on the others.
    return await orm.em.transactional(async (lock) => {
      await lock.execute(`lock table ${MIGRATION_LOCK} in exclusive mode`);
      const em = orm.em.fork();
      await prepareTable(orm, em);
      await renameRecorded(em, migrations);
      await refuseEdited(em, migrations);
      const ran = await orm.migrator.up();
      await recordDigests(em, migrations);
      const changed = await recreateFunctions(em, schema, functions);
      return [...ran.map(({ name }) => name), ...changed.map((name) => `functions/${name}`)];
    });
  } catch (error) {
    throw unfitServer(error) ?? error;
  } finally {
    await orm.close();
  }
}

async function makeLock(em: EntityManager): Promise<void> {
  try {
    await em.execute(`create table if not exists ${MIGRATION_LOCK} ()`);
  } catch (error) {
    if (!MADE_MEANWHILE.has((error as { code?: string }).code ?? '')) throw error;
  }
}

function migrationOf(sql: string): new (...args: ConstructorParameters<typeof Migration>) => Migration {
  return class extends Migration {
    override up(): void {
      this.addSql(sql);
    }
  };
}

/** Reading what ran creates the table where there is none. */
async function prepareTable(orm: MikroORM, em: EntityManager): Promise<void> {
  await orm.migrator.getExecuted();
  await em.execute(`alter table ${MIGRATIONS_TABLE} add column if not exists digest text`);
}

/** A migration that an older release recorded under another name has run. */
async function renameRecorded(em: EntityManager, migrations: readonly MigrationFile[]): Promise<void> {
  for (const { name, formerly } of migrations) {
    if (formerly !== undefined) {
      await em.execute(`update ${MIGRATIONS_TABLE} set name = ? where name = ?`, [name, formerly]);
    }
  }
}

/** A schema in which the migration ran before the edit would differ from a schema in which it runs after the edit. */
async function refuseEdited(em: EntityManager, migrations: readonly MigrationFile[]): Promise<void> {
  const recorded = await em.execute<{ name: string; digest: string | null }[]>(
    `select name, digest from ${MIGRATIONS_TABLE}`,
  );
  const digests = new Map(recorded.map(({ name, digest }) => [name, digest]));
  for (const { name, digest } of migrations) {
    if ((digests.get(name) ?? digest) !== digest) {
      throw new Error(`${name} was edited after it ran in this schema: put the file back and write a new migration`);
    }
  }
}

/** Older releases recorded names alone: the digest of such a migration is that of its file now. */
async function recordDigests(em: EntityManager, migrations: readonly MigrationFile[]): Promise<void> {
  for (const { name, digest } of migrations) {
    await em.execute(`update ${MIGRATIONS_TABLE} set digest = ? where name = ? and digest is null`, [digest, name]);
  }
}
