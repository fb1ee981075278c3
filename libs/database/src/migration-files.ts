import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';

/** One migration of a schema: the SQL of `migrations/NNNN-name.sql`. */
export interface MigrationFile {
  /** The name under which the schema remembers that the migration ran: the file's name without `.sql`. */
  name: string;
  /** The name under which an older release recorded the same migration. */
  formerly: string | undefined;
  sql: string;
  /** Tells this SQL from any other; comments and line breaks do not count. */
  digest: string;
}

/** A file of SQL functions, `functions/<name>.sql`: `create or replace function`, and nothing else. */
export interface FunctionFile {
  name: string;
  sql: string;
}

const MIGRATION = /^(\d{4})-[a-z0-9-]+\.sql$/;
const FORMERLY = /^-- formerly: (\S+)$/m;

/**
 * Reads the migrations of a service in the order of their numbers.
 *
 * @param folder the folder of the service, which `migrations` is in
 * @throws Error for a file of another form, and for two files of one number.
 */
export async function readMigrations(folder: URL): Promise<MigrationFile[]> {
  const files = await sqlFiles(new URL('migrations/', folder));
  const numbers = new Set<string>();
  for (const { file } of files) {
    const number = MIGRATION.exec(file)?.[1];
    if (number === undefined) throw new Error(`migrations/${file}: a migration is named NNNN-name.sql`);
    if (numbers.has(number)) throw new Error(`migrations/${file}: another migration has the number ${number}`);
    numbers.add(number);
  }
  return files.map(({ name, sql }) => ({ name, formerly: FORMERLY.exec(sql)?.[1], sql, digest: digestOf(sql) }));
}

/** Reads the SQL functions of a service in the order of their files' names; a service may have none. */
export function readFunctions(folder: URL): Promise<FunctionFile[]> {
  return sqlFiles(new URL('functions/', folder));
}

async function sqlFiles(folder: URL): Promise<{ file: string; name: string; sql: string }[]> {
  const files = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  return Promise.all(
    files
      .filter((file) => file.endsWith('.sql'))
      .toSorted()
      .map(async (file) => ({
        file,
        name: file.slice(0, -'.sql'.length),
        sql: await readFile(new URL(file, folder), 'utf8'),
      })),
  );
}

function digestOf(sql: string): string {
  const statements = sql.replaceAll(/^\s*--.*$/gm, '').replaceAll(/\s+/g, ' ');
  return createHash('sha256').update(statements).digest('hex').slice(0, 16);
}
