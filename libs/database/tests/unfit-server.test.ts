import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createLogger } from '@vestnik/logging';
import { prepareDatabase } from '@vestnik/servers';
import { type Rewriting, startServers, startTcpProxy, type TestServers } from '@vestnik/testing';
import pg from 'pg';
import { connectDatabase, KEYED_ACCESS, migrateSchema, statement } from '../src/index.ts';

let servers: TestServers;
beforeAll(async () => {
  servers = await startServers({ emptySchemas: true });
});
afterAll(() => servers.stop());

const presence = { name: 'presence', folder: new URL('../../../services/presence/', import.meta.url) } as const;

const STARTUP = 0x0003_0000;

/** A link that drops `options` from the first message of each session, as a pooler does that is told to ignore them. */
const pooler: Rewriting = {
  toServer(bytes) {
    if (bytes.length < 8 || bytes.readInt32BE(4) !== STARTUP) return bytes;
    const words = bytes.subarray(8).toString('latin1').split('\0');
    const at = words.indexOf('options');
    if (at !== -1) words.splice(at, 2);
    const rest = Buffer.from(words.join('\0'), 'latin1');
    const head = Buffer.from(bytes.subarray(0, 8));
    head.writeInt32BE(rest.length + 8, 0);
    return Buffer.concat([head, rest]);
  },
};

/** A link to a server of another version: the same bytes but for its number. */
function version(from: string, to: string): Rewriting {
  return { toClient: (bytes) => Buffer.from(bytes.toString('latin1').replaceAll(from, to), 'latin1') };
}

/** Runs what the start of a service, its migration and the preparation of a database do about such a server. */
async function refusals(rewriting: Rewriting, pathname?: string): Promise<unknown[]> {
  const addressOf = (url: string) => (pathname ? Object.assign(new URL(url), { pathname }).href : url);
  const [role, admin] = await Promise.all([
    startTcpProxy(addressOf(servers.databaseUrls.presence), rewriting),
    startTcpProxy(addressOf(servers.adminUrl), rewriting),
  ]);
  const logger = createLogger('tests', 'silent');
  const options = { schema: 'presence', poolSize: 1, entities: [], logger, sessionSettings: KEYED_ACCESS };
  const database = await connectDatabase({ ...options, url: role.url });
  try {
    return [
      await database.refuseUnfitServer().catch(messageOf),
      await migrateSchema(presence, role.url).catch(messageOf),
      await prepareDatabase({ adminUrl: admin.url, passwords: { presence: 'presence' } }).catch(messageOf),
    ];
  } finally {
    await database.close();
    await Promise.all([role.stop(), admin.stop()]);
  }
}

const readVersion = statement<[string], []>('read-version', "select current_setting('server_version_num')");

const messageOf = (error: Error) => error.message;

test('a pooler that drops session settings is refused in one line that says what to use', async () => {
  const line =
    'DATABASE_URL: session settings do not arrive at the server, as with a pooler in transaction mode: connect to ' +
    'PostgreSQL itself, or to a pooler in session mode that passes startup options on';
  expect(await refusals(pooler)).toEqual([line, line, line]);
});

test('a PostgreSQL that is too old is refused in one line', async () => {
  const number = await serverVersion();
  const line = expect.stringMatching(
    /^DATABASE_URL: the server is PostgreSQL .*; Vestnik needs PostgreSQL 15 or later$/,
  );
  expect(await refusals(version(number, `14${number.slice(2)}`))).toEqual([line, line, line]);
});

test.each([
  [
    "locale 'C' encoding 'UTF8'",
    /^DATABASE_URL: the locale of the database does not fold the case of all letters: [^\n]*$/,
  ],
  ["locale 'C' encoding 'LATIN1'", /^DATABASE_URL: the encoding of the database is LATIN1; Vestnik needs UTF8$/],
])('a database with %s is refused in one line', async (options, line) => {
  const name = `unfit_${randomBytes(6).toString('hex')}`;
  const onServer = async (sql: string) => {
    const client = new pg.Client({ connectionString: servers.adminUrl });
    await client.connect();
    await client.query(sql).finally(() => client.end());
  };
  await onServer(`create database ${name} template template0 locale_provider libc ${options}`);
  try {
    const refused = expect.stringMatching(line);
    expect(await refusals({}, `/${name}`)).toEqual([refused, refused, refused]);
  } finally {
    await onServer(`drop database ${name} with (force)`);
  }
});

async function serverVersion(): Promise<string> {
  const logger = createLogger('tests', 'silent');
  const url = servers.databaseUrls.presence;
  const database = await connectDatabase({ url, schema: 'presence', poolSize: 1, entities: [], logger });
  try {
    const [row] = await database.queryRaw(readVersion, []);
    return row?.[0] ?? '';
  } finally {
    await database.close();
  }
}
