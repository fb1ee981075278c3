import { chown, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createLogger } from '@vestnik/logging';
import { prepareDatabase, type RunningServer, startPostgres } from '@vestnik/servers';
import { selfSigned } from '@vestnik/testing';
import { connectDatabase, migrateSchema, statement } from '../src/index.ts';

/** A PostgreSQL that takes connections with TLS alone. Its certificate is for 127.0.0.1. */
let server: RunningServer;
let folder: string;
const stops: (() => Promise<unknown>)[] = [];

const isEncrypted = statement<{ ssl: boolean }, []>(
  'is-encrypted',
  'select ssl from pg_stat_ssl where pid = pg_backend_pid()',
);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vestnik-tls-'));
  stops.push(() => rm(folder, { recursive: true, force: true }));
  const dataDir = join(folder, 'postgres');
  const options = { dataDir, logFile: join(folder, 'postgres.log') };
  // The first start makes the cluster, whose owner has to own the key.
  await (await startPostgres(options)).stop();
  const owner = await stat(join(dataDir, 'cluster'));
  const own = selfSigned('127.0.0.1');
  const files = {
    'server.crt': own.cert,
    'server.key': own.key,
    'tls.hba': 'hostssl all all 127.0.0.1/32 scram-sha-256\n',
  };
  for (const [name, content] of Object.entries(files)) {
    const file = join(dataDir, 'cluster', name);
    await writeFile(file, content, { mode: 0o600 });
    await chown(file, owner.uid, owner.gid);
  }
  await writeFile(join(folder, 'own.crt'), own.cert);
  await writeFile(join(folder, 'another.crt'), selfSigned('127.0.0.1').cert);
  server = await startPostgres({
    ...options,
    settings: { ssl: 'on', hba_file: join(dataDir, 'cluster', 'tls.hba'), shared_buffers: '16MB' },
  });
  stops.push(() => server.stop());
});

afterAll(async () => {
  for (let stop = stops.pop(); stop; stop = stops.pop()) await stop();
});

/** The superuser's address with parameters; `host` in place of 127.0.0.1. */
function address(parameters: Record<string, string>, host = '127.0.0.1'): string {
  const url = new URL(server.url);
  url.hostname = host;
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  return url.href;
}

/** Whether a service's connection to this address is encrypted. */
async function connectTo(url: string): Promise<boolean | undefined> {
  const logger = createLogger('tests', 'silent');
  const database = await connectDatabase({ url, schema: 'presence', poolSize: 1, entities: [], logger });
  try {
    await database.refuseUnfitServer();
    return (await database.query(isEncrypted, []))[0]?.ssl;
  } finally {
    await database.close();
  }
}

test('roles, migrations and services use TLS as DATABASE_URL asks for it', async () => {
  const asked = { sslmode: 'verify-full', sslrootcert: join(folder, 'own.crt') };
  const urls = await prepareDatabase({ adminUrl: address(asked), passwords: { presence: 'p', messages: 'm' } });
  expect(new URL(urls.presence).searchParams.get('sslmode')).toBe('verify-full');
  const service = new URL('../../../services/presence/', import.meta.url);
  expect(await migrateSchema({ name: 'presence', folder: service }, urls.presence)).not.toHaveLength(0);
  expect(await connectTo(urls.presence)).toBe(true);
});

test.each([
  ['no sslmode', {}],
  ['prefer', { sslmode: 'prefer' }],
  ['require', { sslmode: 'require' }],
  ['verify-ca', { sslmode: 'verify-ca', sslrootcert: 'own.crt' }],
  ['verify-full', { sslmode: 'verify-full', sslrootcert: 'own.crt' }],
])('%s is encrypted', async (_, { sslrootcert, ...parameters }: Record<string, string>) => {
  const root = sslrootcert && { sslrootcert: join(folder, sslrootcert) };
  expect(await connectTo(address({ ...parameters, ...root }))).toBe(true);
});

test('a server that is not as asked is refused in one line, in migrations too', async () => {
  await expect(connectTo(address({ sslmode: 'disable' }))).rejects.toThrow(
    /^DATABASE_URL: the server refuses the connection \(.*no encryption/,
  );
  const strange = /^DATABASE_URL: the certificate of the server is not accepted \(/;
  await expect(connectTo(address({ sslmode: 'verify-full' }))).rejects.toThrow(strange);
  const another = { sslmode: 'require', sslrootcert: join(folder, 'another.crt') };
  await expect(connectTo(address(another))).rejects.toThrow(strange);
  await expect(prepareDatabase({ adminUrl: address(another), passwords: { presence: 'p' } })).rejects.toThrow(strange);
  const service = new URL('../../../services/presence/', import.meta.url);
  await expect(migrateSchema({ name: 'presence', folder: service }, address(another))).rejects.toThrow(strange);
});

test('verify-full refuses a certificate for another name, which verify-ca takes', async () => {
  const sslrootcert = join(folder, 'own.crt');
  expect(await connectTo(address({ sslmode: 'verify-ca', sslrootcert }, 'localhost'))).toBe(true);
  await expect(connectTo(address({ sslmode: 'verify-full', sslrootcert }, 'localhost'))).rejects.toThrow(
    /^DATABASE_URL: the certificate of the server is not accepted \(.*localhost/,
  );
});

test('a certificate that cannot be read, and a server without TLS where TLS is asked for, are one line each', async () => {
  const missing = address({ sslmode: 'verify-full', sslrootcert: join(folder, 'missing.crt') });
  await expect(connectTo(missing)).rejects.toThrow('DATABASE_URL: sslrootcert cannot be read (ENOENT)');
  const plain = await startPostgres({
    dataDir: join(folder, 'plain'),
    logFile: join(folder, 'plain.log'),
    settings: { shared_buffers: '16MB' },
  });
  try {
    await expect(connectTo(`${plain.url}?sslmode=require`)).rejects.toThrow(
      'DATABASE_URL: the server has no TLS, which sslmode asks for',
    );
    expect(await connectTo(plain.url)).toBe(false);
  } finally {
    await plain.stop();
  }
});
