import { type DataService, schemaOf } from '@vestnik/contracts';
import { checkServer, createClient, sessionOptions, unfitServer } from '@vestnik/postgres';
import type { Client } from 'pg';
import { messageOf, ServerError } from './errors.ts';

/** Describes a database to `prepareDatabase`. */
export type PrepareDatabaseOptions<Name extends DataService> = {
  /** A role that may create roles and schemas: a superuser, or CREATEROLE and the owner of the database. */
  adminUrl: string;
  /** The password of each service whose role and schema to prepare; an existing role is given it. */
  passwords: Record<Name, string>;
};

/** Roles belong to the whole cluster. Preparations of two of its databases at once fail with these; another try succeeds. */
const RACES = new Set(['XX000', '23505', '42710', '40P01']);

const ATTEMPTS = 20;

/** Makes preparations of one database wait for each other. */
const LOCK = 0x7665_7374;

/**
 * Gives each named service a login role and a schema of the same name that the role owns. The role may read and write
 * there and nowhere else. Safe to repeat, and to run twice at once.
 * @returns each service's own DATABASE_URL
 * @throws ServerError in one line when the database is unreachable, or the role lacks the right
 */
export async function prepareDatabase<Name extends DataService>(
  options: PrepareDatabaseOptions<Name>,
): Promise<Record<Name, string>> {
  const client = createClient(options.adminUrl, { connectionTimeoutMillis: 10_000, options: sessionOptions({}) });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await checkServer(client);
  } catch (error) {
    await client.end().catch(() => undefined);
    throw (
      unfitServer(error) ??
      new ServerError(
        `the database at ${withoutPassword(options.adminUrl)} cannot be reached (${messageOf(error)}): start it, or correct or unset DATABASE_URL`,
      )
    );
  }
  try {
    await prepareAll(client, options.passwords);
  } catch (error) {
    if ((error as { code?: string }).code !== '42501') throw error;
    throw new ServerError(
      `the role in ${withoutPassword(options.adminUrl)} may not set up the database (${messageOf(error)}): use a ` +
        'superuser, or a role with CREATEROLE that owns the database',
    );
  } finally {
    await client.end();
  }
  const urls = entriesOf(options.passwords).map(([service, password]) => {
    const url = new URL(options.adminUrl);
    url.username = schemaOf(service);
    url.password = encodeURIComponent(password);
    return [service, url.href] as const;
  });
  return Object.fromEntries(urls) as Record<Name, string>;
}

async function prepareAll(client: Client, passwords: Partial<Record<DataService, string>>): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await client.query('begin');
      await client.query('select pg_advisory_xact_lock($1)', [LOCK]);
      for (const [service, password] of entriesOf(passwords)) await prepareService(client, service, password);
      await client.query('revoke all on schema public from public');
      await client.query('commit');
      return;
    } catch (error) {
      await client.query('rollback');
      if (attempt === ATTEMPTS || !RACES.has((error as { code?: string }).code ?? '')) throw error;
    }
  }
}

async function prepareService(client: Client, service: DataService, password: string): Promise<void> {
  const role = schemaOf(service);
  const name = client.escapeIdentifier(role);
  const { rows } = await client.query<{ known: boolean; superuser: boolean; database: string }>(
    `select exists (select from pg_roles where rolname = $1) as known,
            (select rolsuper from pg_roles where rolname = current_user) as superuser,
            current_database() as database`,
    [role],
  );
  const [found] = rows;
  if (!found) throw new ServerError('the database did not answer who is connected');
  const database = client.escapeIdentifier(found.database);
  await client.query(
    `${found.known ? 'alter' : 'create'} role ${name} login password ${client.escapeLiteral(password)}`,
  );
  // Only a member of a role may make the role an owner. A superuser counts as a member of all roles.
  if (!found.superuser) await client.query(`grant ${name} to current_user`);
  await client.query(`create schema if not exists ${name} authorization ${name}`);
  const { rows: owners } = await client.query<{ owner: string }>(
    'select nspowner::regrole::text as owner from pg_namespace where nspname = $1',
    [role],
  );
  if (owners[0]?.owner !== role) {
    throw new ServerError(`the schema "${role}" belongs to ${owners[0]?.owner}: use a database of Vestnik's own`);
  }
  await client.query(`revoke all on schema ${name} from public`);
  await client.query(`grant connect on database ${database} to ${name}`);
  await client.query(`alter role ${name} in database ${database} set search_path = ${name}`);
}

function entriesOf(passwords: Partial<Record<DataService, string>>): [DataService, string][] {
  return Object.entries(passwords) as [DataService, string][];
}

/** Returns the address without its password. */
function withoutPassword(address: string): string {
  const url = new URL(address);
  url.password = '';
  return url.href;
}
