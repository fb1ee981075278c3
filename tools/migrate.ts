import { prepareBus } from '@vestnik/bus';
import { DATA_SERVICES, type DataService, forEachName, variableOf } from '@vestnik/contracts';
import { createLogger } from '@vestnik/logging';
import { prepareDatabase } from '@vestnik/servers';
import { readOperators } from './start/bus-addresses.ts';
import { makeFolder } from './start/data-dir.ts';
import { Fault, runTool } from './start/fault.ts';
import { layoutOf } from './start/layout.ts';
import { progressOn } from './start/progress.ts';
import { keepSecrets } from './start/secrets.ts';
import { runServiceCommand } from './start/service-process.ts';
import { migrationCommand } from './start/services.ts';
import { readDatabaseUrl, readDataDir, readRoleOptions, readStreamReplicas } from './start/settings.ts';

await runTool(async () => {
  const progress = progressOn(process.stdout);
  const named = readServices(process.argv.slice(2));
  const adminUrl = readDatabaseUrl(process.env);
  if (!adminUrl) throw new Fault('DATABASE_URL is not set; npm start migrates the embedded database by itself');
  const passwords = await readPasswords(named);
  const databaseUrls = await progress.step('Roles and schemas', () =>
    prepareDatabase({ adminUrl, passwords, ...readRoleOptions(process.env) }),
  );
  await progress.step('Migrations', () => runServiceCommand(migrationCommand(process.env, databaseUrls)));
  const operators = readOperators(process.env);
  if (operators) {
    const replicas = readStreamReplicas(process.env);
    await progress.step('Streams', () => prepareBus(operators, createLogger('migrate', 'silent'), replicas));
  }
});

/** The services that the arguments name; without arguments all that keep data. */
function readServices(args: readonly string[]): readonly DataService[] {
  const unknown = args.find((arg) => !DATA_SERVICES.some((service) => service === arg));
  if (unknown) throw new Fault(`"${unknown}" is no service with a schema; there are ${DATA_SERVICES.join(', ')}`);
  return args.length === 0 ? DATA_SERVICES : (args as DataService[]);
}

/** Reads the password of each role from its variable, CONVERSATIONS_DATABASE_PASSWORD and so on, or from the data folder. */
async function readPasswords(services: readonly DataService[]): Promise<Record<DataService, string>> {
  const given = (service: DataService) => process.env[variableOf(service, 'DATABASE_PASSWORD')] ?? '';
  const missing = services.filter((service) => given(service) === '');
  if (missing.length === 0) return forEachName(services, given);
  if (missing.length === services.length) {
    const { dataDir, secrets } = layoutOf(readDataDir(process.env));
    await makeFolder(dataDir);
    const { passwords } = await keepSecrets(secrets);
    return forEachName(services, (service) => passwords[service]);
  }
  const names = services.filter((service) => !missing.includes(service)).join(' ');
  const variables = missing.map((service) => variableOf(service, 'DATABASE_PASSWORD')).join(', ');
  throw new Fault(`${variables} is not set: set it, or migrate the others alone: npm run migrate -- ${names}`);
}
