import { setTimeout as delay } from 'node:timers/promises';
import { type DataService, schemaOf } from '@vestnik/contracts';
import { checkServer, createClient, sessionOptions, unfitServer } from '@vestnik/postgres';
import type { Client } from 'pg';
import { messageOf, ServerError } from './errors.ts';
import { installationOf, makeRole, markSchema, type RoleOptions, takeOverSchema } from './roles.ts';

/** Describes a database to `prepareDatabase`. */
export type PrepareDatabaseOptions<Name extends DataService> = {
  /** A role that may create roles and schemas: a superuser, or CREATEROLE and the owner of the database. */
  adminUrl: string;
  /** The password of each service whose role and schema to prepare; an existing role is given it. */
  passwords: Record<Name, string>;
} & RoleOptions;

/** Roles belong to the whole cluster. Preparations at the same time fail with these; another try succeeds. */
const RACES = new Set(['XX000', '23505', '42710', '40P01']);

const ATTEMPTS = 40;
/** Milliseconds between two attempts at most. */
const LONGEST_WAIT_MS = 200;

/**
 * Gives each named service a login role and a schema that the role owns. The role may read and write there and nowhere else.
 * Safe to repeat, and to run twice at once. A role that another installation or a person made is never changed.
 * @returns each service's own DATABASE_URL
 * @throws ServerError in one line when the database is unreachable, the role lacks the right, or a role is not ours
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
    await prepareAll(client, options.passwords, options);
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
    url.username = roleOf(service, options);
    url.password = encodeURIComponent(password);
    return [service, url.href] as const;
  });
  return Object.fromEntries(urls) as Record<Name, string>;
}

async function prepareAll(
  client: Client,
  passwords: Partial<Record<DataService, string>>,
  options: RoleOptions,
): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await client.query('begin');
      const installation = await installationOf(client);
      for (const [service, password] of entriesOf(passwords)) {
        await prepareService(client, { service, password, installation, options });
      }
      await client.query('revoke all on schema public from public');
      await revokeShared(client);
      await client.query('commit');
      return;
    } catch (error) {
      await client.query('rollback');
      if (attempt === ATTEMPTS || !RACES.has((error as { code?: string }).code ?? '')) throw error;
      await delay(Math.random() * LONGEST_WAIT_MS);
    }
  }
}

async function prepareService(
  client: Client,
  wanted: { service: DataService; password: string; installation: string; options: RoleOptions },
): Promise<void> {
  const { service, password, installation, options } = wanted;
  const schema = schemaOf(service);
  const role = roleOf(service, options);
  const name = client.escapeIdentifier(role);
  await makeRole(client, { role, schema, password, installation, connections: options.roleConnections });
  await client.query(`create schema if not exists ${client.escapeIdentifier(schema)} authorization ${name}`);
  const owner = await takeOverSchema(client, schema, role, installation);
  if (owner !== role) {
    throw new ServerError(`the schema "${schema}" belongs to ${owner}: use a database of Vestnik's own`);
  }
  await markSchema(client, schema, installation);
  await client.query(`revoke all on schema ${client.escapeIdentifier(schema)} from public`);
  const database = client.escapeIdentifier(client.database ?? '');
  await client.query(`grant connect on database ${database} to ${name}`);
  await client.query(`alter role ${name} in database ${database} set search_path = ${client.escapeIdentifier(schema)}`);
}

/**
 * Takes from every role what one role could use against the others in a database: large objects, which fill the disk, and
 * advisory locks, which belong to nobody. Services use neither. Only a superuser may do this.
 */
async function revokeShared(client: Client): Promise<void> {
  const { rows } = await client.query<{ routine: string }>(
    `select oid::regprocedure::text as routine from pg_proc
     where pronamespace = 'pg_catalog'::regnamespace and has_function_privilege('public', oid, 'execute')
       and (proname ~ '^(lo_|pg_(try_)?advisory_)' or proname in ('loread', 'lowrite'))
       and (select rolsuper from pg_roles where rolname = current_user)`,
  );
  if (rows.length === 0) return;
  await client.query(`revoke execute on function ${rows.map(({ routine }) => routine).join(', ')} from public`);
}

function roleOf(service: DataService, { rolePrefix = '' }: RoleOptions): string {
  return `${rolePrefix}${schemaOf(service)}`;
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
