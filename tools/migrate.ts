import { prepareBus } from '@vestnik/bus';
import { list } from '@vestnik/config';
import { DATA_SERVICES, type DataService } from '@vestnik/contracts';
import { createLogger } from '@vestnik/logging';
import { prepareDatabase } from '@vestnik/servers';
import { makeFolder } from './start/data-dir.ts';
import { Fault, runTool } from './start/fault.ts';
import { layoutOf } from './start/layout.ts';
import { progressOn } from './start/progress.ts';
import { keepSecrets } from './start/secrets.ts';
import { runServiceCommand } from './start/service-process.ts';
import { migrationCommands } from './start/services.ts';
import { readDatabaseUrl, readDataDir } from './start/settings.ts';

await runTool(async () => {
  const progress = progressOn(process.stdout);
  const adminUrl = readDatabaseUrl(process.env);
  if (!adminUrl) throw new Fault('DATABASE_URL is not set; npm start migrates the embedded database by itself');
  const passwords = await readPasswords();
  const databaseUrls = await progress.step('Roles and schemas', () => prepareDatabase({ adminUrl, passwords }));
  for (const command of migrationCommands(process.env, databaseUrls)) {
    await progress.step(command.name, () => runServiceCommand(command));
  }
  const natsServers = list.parse(process.env.NATS_URL ?? '');
  if (natsServers.length > 0) {
    await progress.step('Streams', () => prepareBus(natsServers, createLogger('migrate', 'silent')));
  }
});

/** Each role's password: of its variable, CONVERSATIONS_DATABASE_PASSWORD and so on, or else of the data folder. */
async function readPasswords(): Promise<Record<DataService, string>> {
  const variable = (service: DataService) => `${service.toUpperCase()}_DATABASE_PASSWORD`;
  const given = DATA_SERVICES.filter((service) => process.env[variable(service)]);
  if (given.length === 0) {
    const { dataDir, secrets } = layoutOf(readDataDir(process.env));
    await makeFolder(dataDir);
    return (await keepSecrets(secrets)).passwords;
  }
  const missing = DATA_SERVICES.find((service) => !given.includes(service));
  if (missing) throw new Fault(`${variable(missing)} is not set: give every service's password, or none`);
  return Object.fromEntries(DATA_SERVICES.map((service) => [service, process.env[variable(service)] ?? ''])) as Record<
    DataService,
    string
  >;
}
