import { accountOfStream, passwordEnvironment, prepareBus, usersConfiguration } from '@vestnik/bus';
import type { DataService } from '@vestnik/contracts';
import { createLogger } from '@vestnik/logging';
import { checkNats, prepareDatabase } from '@vestnik/servers';
import { addressesWith, type BusAddresses, operatorsOf, sharedAddresses } from './bus-addresses.ts';
import { takeDataDir } from './data-dir.ts';
import { fillDemo } from './demo/fill.ts';
import { explain } from './fault.ts';
import { awaitHealth } from './health.ts';
import { refuseOtherNatsSize } from './nats-size.ts';
import { checkPorts } from './ports.ts';
import type { Progress } from './progress.ts';
import { keepRotatingLogs } from './rotate-logs.ts';
import { keepSecrets, type Secrets } from './secrets.ts';
import { embedNats, embedPostgres } from './servers.ts';
import { runServiceCommand, type ServiceCommand, startServiceProcess } from './service-process.ts';
import { gatewayCommands, migrationCommand, serviceCommands, withOpsPorts } from './services.ts';
import type { StartSettings } from './settings.ts';
import { type Supervision, supervise } from './supervisor.ts';
import { addressesOf, opsAddress, type SystemDescription, writeSystem } from './system-file.ts';
import { buildWebMessenger } from './web-messenger.ts';

/**
 * Milliseconds that each layer may take to stop, in the order in which the layers stop. Their sum stays below the ten
 * seconds within which everything has ended.
 */
const STOP_WITHIN_MS = { gateways: 3500, services: 3000, nats: 1000, postgres: 2000 };

/** A system that runs, or the part of it that has started so far. */
export type System = {
  /** Starts everything, from the servers to the gateways. */
  start(): Promise<SystemDescription>;
  /** Stops in order everything that has started. Safe at any moment, and once. */
  stop(): Promise<void>;
};

/**
 * All services with their servers, kept running.
 * @param signal aborted to give up a start; `stop` is to be called then too
 */
export function createSystem(settings: StartSettings, progress: Progress, signal: AbortSignal): System {
  const { layout } = settings;
  const layers: { withinMs: number; parts: Supervision[] }[] = [];
  let giveBack: (() => Promise<void>) | undefined;
  const operations: SystemDescription['operations'] = {};
  const report = (line: string) => progress.say(`  ${new Date().toTimeString().slice(0, 8)} ${line}`);

  const addLayer = (withinMs: number): Supervision[] => {
    const parts: Supervision[] = [];
    layers.unshift({ withinMs, parts });
    return parts;
  };

  const startDatabase = async (): Promise<string> => {
    if (settings.databaseUrl) return settings.databaseUrl;
    const parts = addLayer(STOP_WITHIN_MS.postgres);
    const server = await progress.step('PostgreSQL', () => embedPostgres({ layout, report, signal }));
    parts.push(server);
    return server.url;
  };

  const startBus = async ({ busPasswords }: Secrets): Promise<BusAddresses> => {
    const { natsServers } = settings;
    if (natsServers) {
      await progress.step('NATS of NATS_URL', () => checkNats(natsServers));
      return settings.busPasswords ? addressesWith(natsServers, settings.busPasswords) : sharedAddresses(natsServers);
    }
    const parts = addLayer(STOP_WITHIN_MS.nats);
    const users = {
      configuration: usersConfiguration(),
      environment: passwordEnvironment(busPasswords),
      accountOf: accountOfStream,
    };
    const title = settings.natsSize === 1 ? 'nats-server' : `${settings.natsSize} nats-servers`;
    const servers = await progress.step(title, () => embedNats({ layout, report, signal }, users, settings.natsSize));
    parts.push(...servers);
    for (const { name, monitorUrl } of servers) operations[name] = `${monitorUrl}/varz`;
    return addressesWith(
      servers.map(({ url }) => url),
      busPasswords,
    );
  };

  const prepare = async (adminUrl: string, { passwords }: Secrets): Promise<Record<DataService, string>> => {
    const databaseUrls = await progress.step('Roles and schemas', () =>
      prepareDatabase({ adminUrl, passwords, ...settings.roles }),
    );
    const migration = migrationCommand(settings.environment, databaseUrls);
    await progress.step('Migrations', () => runServiceCommand(migration, signal));
    return databaseUrls;
  };

  const startLayer = async (withinMs: number, commands: ServiceCommand[]): Promise<void> => {
    const parts = addLayer(withinMs);
    const outcomes = await Promise.allSettled(
      commands.map((command) =>
        progress.parallelStep(command.name, async () => {
          const start = (unwanted: AbortSignal) =>
            startServiceProcess(command, layout, AbortSignal.any([unwanted, signal]));
          parts.push(await supervise({ name: command.name, start, report }));
        }),
      ),
    );
    for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
  };

  const fillDemoOf = async (rest: string) => {
    try {
      await progress.step('Demo conversations', () => fillDemo(rest));
    } catch (error) {
      progress.say(`  The demo people have no conversations: ${explain(error)}`);
    }
  };

  return {
    async start() {
      const unlock = await takeDataDir(layout);
      const endRotating = keepRotatingLogs(layout.logs);
      giveBack = async () => {
        endRotating();
        await unlock();
      };
      if (!settings.natsServers) refuseOtherNatsSize(layout, settings.natsSize);
      await checkPorts(settings);
      const secrets = await keepSecrets(layout.secrets);
      const jwtSecret = settings.foreignKeys ? undefined : (settings.jwtSecret ?? secrets.jwtSecret);
      await buildWebMessenger(settings.environment, progress, signal);
      const adminUrl = await startDatabase();
      signal.throwIfAborted();
      const natsUrls = await startBus(secrets);
      signal.throwIfAborted();
      await progress.step('Streams', () =>
        prepareBus(operatorsOf(natsUrls), createLogger('start', 'silent'), settings.streamReplicas),
      );
      signal.throwIfAborted();
      const databaseUrls = await prepare(adminUrl, secrets);
      const given = { natsUrls, databaseUrls, jwtSecret };
      const services = await withOpsPorts(serviceCommands(settings, given), settings.opsHost);
      for (const { name, opsPort } of services) {
        operations[name] = `${opsAddress(settings.opsHost, opsPort)}/metrics`;
      }
      await startLayer(STOP_WITHIN_MS.services, services);
      await startLayer(STOP_WITHIN_MS.gateways, gatewayCommands(settings, given));
      const gateways = settings.gateways.map((ports) => addressesOf(ports, settings.opsHost));
      await progress.step('Everything answers', () =>
        Promise.all(gateways.map((gateway) => awaitHealth(gateway.rest, signal))),
      );
      if (settings.isDemo && gateways[0]) await fillDemoOf(gateways[0].rest);
      signal.throwIfAborted();
      const description = {
        pid: process.pid,
        gateways,
        operations,
        natsUrl: natsUrls.ops,
        revokerUrl: natsUrls.revoker,
        jwtSecret: jwtSecret ?? null,
      };
      await writeSystem(layout.system, description);
      return description;
    },
    async stop() {
      for (const { withinMs, parts } of layers.splice(0)) {
        await Promise.all(parts.map((part) => part.stop(withinMs)));
      }
      await giveBack?.();
    },
  };
}
