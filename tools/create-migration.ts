import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { DATA_SERVICES, type DataService, forEachName } from '@vestnik/contracts';
import { prepareDatabase, startPostgres } from '@vestnik/servers';
import { Fault, runTool } from './start/fault.ts';

const USAGE = 'npm run migration:create -- messages add-labels';
const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..');
const run = promisify(execFile);

await runTool(async () => {
  const [service, name] = readArguments(process.argv.slice(2));
  const sql = await differenceOf(service);
  if (sql === '') throw new Fault(`the migrations of ${service} already make what its entities say`);
  const folder = `services/${service}/migrations`;
  const file = `${folder}/${await nextNumber(join(ROOT, folder))}-${name}.sql`;
  await writeFile(join(ROOT, file), `${sql}\n`, { flag: 'wx' });
  process.stdout.write(`${file}: read it, and say in its first line what it is for\n`);
});

function readArguments([service, name, ...rest]: string[]): [DataService, string] {
  const known = DATA_SERVICES.find((one) => one === service);
  if (!known) throw new Fault(`the service is one of ${DATA_SERVICES.join(', ')}; as in ${USAGE}`);
  if (!name || rest.length > 0) throw new Fault(`the migration needs a name; as in ${USAGE}`);
  if (!/^[a-z0-9]+(-[a-z0-9]+)*$/.test(name)) throw new Fault(`"${name}" is not words with hyphens; as in ${USAGE}`);
  return [known, name];
}

/** Migrates an empty schema in a Postgres of its own, and returns the SQL by which the schema differs from its entities. */
async function differenceOf(service: DataService): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'vestnik-migration-'));
  try {
    const postgres = await startPostgres({
      dataDir: join(directory, 'postgres'),
      logFile: join(directory, 'postgres.log'),
    });
    try {
      const password = randomBytes(12).toString('hex');
      const passwords = forEachName([service], () => password);
      const { [service]: url } = await prepareDatabase({ adminUrl: postgres.url, passwords });
      await migrate(service, url);
      return await migrate(service, url, '--difference');
    } finally {
      await postgres.stop();
    }
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function migrate(service: DataService, url: string, ...args: string[]): Promise<string> {
  const command = ['--disable-warning=ExperimentalWarning', `services/${service}/src/migrate.ts`, ...args];
  const env = { ...process.env, DATABASE_URL: url };
  const { stdout } = await run(process.execPath, command, { cwd: ROOT, env }).catch(
    ({ stderr }: { stderr: string }) => {
      throw new Fault(stderr.trim());
    },
  );
  return stdout;
}

async function nextNumber(folder: string): Promise<string> {
  const numbers = (await readdir(folder)).map((file) => Number(file.slice(0, 4)));
  return String(Math.max(0, ...numbers) + 1).padStart(4, '0');
}
