import { type Migration, Migrator } from '@mikro-orm/migrations';
import { MikroORM } from '@mikro-orm/postgresql';

/** A migration as MikroORM runs it. */
type MigrationClass = new (...args: ConstructorParameters<typeof Migration>) => Migration;

/** One migration with the name under which the schema remembers that it ran. */
export interface NamedMigration {
  name: string;
  class: MigrationClass;
}

/**
 * Brings a service's schema up to date, as its own role; two runs at once wait for each other. Returns the names of the
 * migrations that ran now.
 */
export async function runMigrations(options: {
  url: string;
  schema: string;
  migrations: NamedMigration[];
}): Promise<string[]> {
  const orm = await MikroORM.init({
    clientUrl: options.url,
    schema: options.schema,
    entities: [],
    discovery: { warnWhenNoEntities: false },
    extensions: [Migrator],
    migrations: { migrationsList: options.migrations, snapshot: false, tableName: 'migrations', silent: true },
    pool: { min: 0, max: 3 },
  });
  try {
    // One session holds the lock while the migrator works on other connections of the pool.
    return await orm.em.transactional(async (em) => {
      await em.execute('select pg_advisory_xact_lock(hashtext(?))', [`migrations of ${options.schema}`]);
      const ran = await orm.migrator.up();
      return ran.map((migration) => migration.name);
    });
  } finally {
    await orm.close();
  }
}
