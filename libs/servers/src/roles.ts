import { randomUUID } from 'node:crypto';
import { DATA_SERVICES, schemaOf } from '@vestnik/contracts';
import type { Client } from 'pg';
import { ServerError } from './errors.ts';

/** How the roles of an installation are made. */
export type RoleOptions = {
  /** Begins the name of each role. Roles belong to the whole cluster, so a second installation there needs a prefix. */
  rolePrefix?: string | undefined;
  /** Connections of each role at most; half of those of the server by default. */
  roleConnections?: number | undefined;
};

/** The comment of a role or schema that Vestnik made. */
const MARK = 'Vestnik installation ';

/**
 * Returns the id of the installation that a database belongs to: that of its schemas, or a new one. Schemas keep the id in
 * their comments, so a copy of the database has it too. A copy beside its original is another installation and gets a new id.
 */
export async function installationOf(client: Client): Promise<string> {
  const { rows } = await client.query<{ schema: string; mark: string }>(
    `select nspname as schema, obj_description(oid, 'pg_namespace') as mark from pg_namespace
     where nspname = any ($1) and obj_description(oid, 'pg_namespace') like $2 order by nspname`,
    [DATA_SERVICES.map(schemaOf), `${MARK}%`],
  );
  const known = rows[0]?.mark;
  if (known === undefined) return randomUUID();
  if (!(await isOfAnotherDatabase(client, known))) return known.slice(MARK.length);
  const installation = randomUUID();
  for (const { schema } of rows) {
    await markSchema(client, schema, installation);
    await renewInstallation(client, schema, installation);
  }
  return installation;
}

/**
 * True when this database is a copy, and its original is still there. The roles with the mark then have settings in another
 * database of this PostgreSQL, and none in this one. A dropped database takes the settings along.
 */
async function isOfAnotherDatabase(client: Client, mark: string): Promise<boolean> {
  const { rows } = await client.query<{ here: number; elsewhere: number }>(
    `select count(*) filter (where datname = current_database())::int as here,
            count(*) filter (where datname <> current_database())::int as elsewhere
     from pg_db_role_setting
     join pg_roles on pg_roles.oid = setrole
     join pg_database on pg_database.oid = setdatabase
     where shobj_description(setrole, 'pg_authid') = $1`,
    [mark],
  );
  return rows[0]?.here === 0 && rows[0].elsewhere > 0;
}

/** Gives the id to a service that keeps the id of its installation, in the one row of a table of that name. */
async function renewInstallation(client: Client, schema: string, installation: string): Promise<void> {
  const table = `${client.escapeIdentifier(schema)}.installation`;
  const { rows } = await client.query<{ kept: boolean }>('select to_regclass($1) is not null as kept', [table]);
  if (rows[0]?.kept) await client.query(`update ${table} set id = $1`, [installation]);
}

/**
 * Gives a schema of this installation to a role. The tables of a copied database belong to the roles of the original at first.
 * @returns the role that owns the schema afterwards
 */
export async function takeOverSchema(
  client: Client,
  schema: string,
  role: string,
  installation: string,
): Promise<string> {
  const { rows } = await client.query<{ owner: string; mark: string | null; owners: string | null }>(
    `select rolname as owner, obj_description(pg_namespace.oid, 'pg_namespace') as mark,
            shobj_description(nspowner, 'pg_authid') as owners
     from pg_namespace join pg_roles on pg_roles.oid = nspowner where nspname = $1`,
    [schema],
  );
  const [{ owner, mark, owners } = { owner: 'nobody', mark: null, owners: null }] = rows;
  const isCopy = mark === `${MARK}${installation}` && owners !== mark && owners?.startsWith(MARK);
  if (owner === role || !isCopy) return owner;
  await client.query(`reassign owned by ${client.escapeIdentifier(owner)} to ${client.escapeIdentifier(role)}`);
  return role;
}

/** Notes that a schema belongs to an installation. */
export async function markSchema(client: Client, schema: string, installation: string): Promise<void> {
  const mark = client.escapeLiteral(`${MARK}${installation}`);
  await client.query(`comment on schema ${client.escapeIdentifier(schema)} is ${mark}`);
}

/**
 * Makes the role of a service, or gives an existing role of this installation its password. A role without a mark is of this
 * installation when it owns the schema of the service here: releases before the marks made it.
 * @throws ServerError when the role belongs to another installation, or to nobody that Vestnik knows
 */
export async function makeRole(
  client: Client,
  wanted: { role: string; schema: string; password: string; installation: string; connections: number | undefined },
): Promise<void> {
  const { role, schema, password, installation, connections } = wanted;
  const name = client.escapeIdentifier(role);
  const mark = `${MARK}${installation}`;
  const { rows } = await client.query<{ mark: string | null; owns: boolean }>(
    `select shobj_description(oid, 'pg_authid') as mark,
            exists (select from pg_namespace where nspname = $2 and nspowner = pg_roles.oid) as owns
     from pg_roles where rolname = $1`,
    [role, schema],
  );
  const [known] = rows;
  if (known && known.mark !== mark && !(known.mark === null && known.owns)) {
    throw new ServerError(
      `the role "${role}" is not of this installation and stays as it is: set DATABASE_ROLE_PREFIX, so that other roles are made`,
    );
  }
  const limit = connections ?? (await halfOfConnections(client));
  await client.query(
    `${known ? 'alter' : 'create'} role ${name} login password ${client.escapeLiteral(password)} connection limit ${limit}`,
  );
  if (known?.mark !== mark) await client.query(`comment on role ${name} is ${client.escapeLiteral(mark)}`);
  const { rows: admins } = await client.query<{ superuser: boolean }>(
    'select rolsuper as superuser from pg_roles where rolname = current_user',
  );
  // Only a member of a role may make the role an owner. A superuser counts as a member of all roles.
  if (!admins[0]?.superuser) await client.query(`grant ${name} to current_user`);
}

/** No role may take all connections of the server. */
async function halfOfConnections(client: Client): Promise<number> {
  const { rows } = await client.query<{ most: number }>(`select current_setting('max_connections')::int / 2 as most`);
  return rows[0]?.most ?? -1;
}
