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
 * their comments, so a copy of the database has it too.
 */
export async function installationOf(client: Client): Promise<string> {
  const { rows } = await client.query<{ mark: string }>(
    `select obj_description(oid, 'pg_namespace') as mark from pg_namespace
     where nspname = any ($1) and obj_description(oid, 'pg_namespace') like $2 order by nspname limit 1`,
    [DATA_SERVICES.map(schemaOf), `${MARK}%`],
  );
  return rows[0]?.mark.slice(MARK.length) ?? randomUUID();
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
