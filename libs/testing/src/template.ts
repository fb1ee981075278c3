import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { DATA_SERVICES } from '@vestnik/contracts';
import { prepareDatabase, startPostgres } from '@vestnik/servers';
import pg from 'pg';
import { migrateService } from './service-process.ts';
import { PASSWORDS, TEMPLATE_DATABASE, TEST_SETTINGS } from './shared-postgres.ts';

const run = promisify(execFile);

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

/** Where templates are kept from run to run. */
const CACHE = join(ROOT, '.data', 'test-templates');

/** Templates that are kept, the newest ones: other branches may need them again. */
const KEPT = 4;

/** Everything that decides what a migrated database looks like. */
const SOURCES = [
  'libs/contracts/src',
  'libs/data-service/src',
  'libs/database/src',
  'libs/outbox/src',
  'libs/servers/src',
  'libs/testing/src/shared-postgres.ts',
  'libs/testing/src/template.ts',
  ...DATA_SERVICES.flatMap((service) =>
    ['migrations', 'functions', 'src/migrate.ts', 'src/store'].map((path) => `services/${service}/${path}`),
  ),
];

/**
 * Copies a data folder of PostgreSQL to `dataDir` that has the roles of all services and the database
 * `TEMPLATE_DATABASE`, on which all migrations have run. The template is made when there is none yet for these sources.
 */
export async function copyTemplate(dataDir: string): Promise<void> {
  const template = join(CACHE, await hashOfSources());
  if (!existsSync(template)) await makeTemplate(template);
  await utimes(template, new Date(), new Date());
  await run('cp', ['-a', template, dataDir]);
}

async function makeTemplate(template: string): Promise<void> {
  await mkdir(CACHE, { recursive: true });
  const unfinished = await mkdtemp(`${template}.unfinished-`);
  const postgres = await startPostgres({
    dataDir: unfinished,
    logFile: join(unfinished, 'server.log'),
    settings: TEST_SETTINGS,
  });
  try {
    await runSql(postgres.url, `create database ${TEMPLATE_DATABASE}`);
    const adminUrl = Object.assign(new URL(postgres.url), { pathname: `/${TEMPLATE_DATABASE}` }).href;
    const databaseUrls = await prepareDatabase({ adminUrl, passwords: PASSWORDS });
    await Promise.all(DATA_SERVICES.map((service) => migrateService({ servers: { databaseUrls }, service })));
    await runSql(postgres.url, `alter database ${TEMPLATE_DATABASE} with is_template true allow_connections false`);
  } finally {
    await postgres.stop();
  }
  // Another run may have finished the same template first.
  await rename(unfinished, template).catch(async (error: NodeJS.ErrnoException) => {
    await rm(unfinished, { recursive: true, force: true });
    if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
  });
  await removeOldTemplates();
}

async function removeOldTemplates(): Promise<void> {
  const names = await readdir(CACHE);
  const aged = await Promise.all(
    names.map(async (name) => ({ name, usedAt: (await stat(join(CACHE, name)).catch(() => undefined))?.mtimeMs ?? 0 })),
  );
  const old = aged.toSorted((a, b) => b.usedAt - a.usedAt).slice(KEPT);
  await Promise.all(old.map(({ name }) => rm(join(CACHE, name), { recursive: true, force: true })));
}

async function hashOfSources(): Promise<string> {
  const hash = createHash('sha256').update(JSON.stringify([process.platform, process.arch, process.getuid?.()]));
  for (const source of ['package-lock.json', ...SOURCES]) {
    for (const file of await filesIn(source)) hash.update(file).update(await readFile(join(ROOT, file)));
  }
  return hash.digest('hex').slice(0, 16);
}

async function filesIn(path: string): Promise<string[]> {
  if (!existsSync(join(ROOT, path))) return [];
  if (!(await stat(join(ROOT, path))).isDirectory()) return [path];
  const entries = await readdir(join(ROOT, path), { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(ROOT.length))
    .toSorted();
}

async function runSql(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
