import type { Environment } from '@vestnik/config';
import { DATA_SERVICES, type DataService, variableOf } from '@vestnik/contracts';
import { freePort } from '@vestnik/servers';
import type { BusAddresses } from './bus-addresses.ts';
import type { ServiceCommand } from './service-process.ts';
import type { StartSettings } from './settings.ts';

/** The addresses and secrets that the services of a system get. */
export type ServiceEnvironment = {
  natsUrls: BusAddresses;
  databaseUrls: Record<DataService, string>;
  /** Undefined when a public key or a key set decides about tokens. */
  jwtSecret: string | undefined;
};

/** The migrations of the services whose database addresses are given. */
export function migrationCommand(
  environment: Environment,
  databaseUrls: Readonly<Record<DataService, string>>,
): ServiceCommand {
  const addresses = DATA_SERVICES.map((service) => [variableOf(service, 'DATABASE_URL'), databaseUrls[service]]);
  return {
    name: 'the migration',
    file: 'tools/start/migrate-schemas.ts',
    env: { ...environment, ...Object.fromEntries(addresses) },
  };
}

/** The processes of the services that keep data. Each gets its own database role and bus user, and no other secret. */
export function serviceCommands(settings: StartSettings, given: ServiceEnvironment): ServiceCommand[] {
  return DATA_SERVICES.flatMap((service) =>
    Array.from({ length: settings.instances[service] }, (_, index) => ({
      name: `${service}-${index + 1}`,
      file: `services/${service}/src/main.ts`,
      env: {
        ...settings.environment,
        NATS_URL: given.natsUrls[service],
        DATABASE_URL: given.databaseUrls[service],
        ...(service === 'companies' && { REVOCATIONS_NATS_URL: given.natsUrls['company-revoker'] }),
      },
    })),
  );
}

/** Gives each process an ops port that is free on a host. It keeps the port when it is started again. */
export async function withOpsPorts(
  commands: readonly ServiceCommand[],
  host: string,
): Promise<(ServiceCommand & { opsPort: number })[]> {
  const given: (ServiceCommand & { opsPort: number })[] = [];
  for (const command of commands) {
    let opsPort = await freePort(host);
    while (given.some((other) => other.opsPort === opsPort)) opsPort = await freePort(host);
    given.push({ ...command, opsPort, env: { ...command.env, OPS_PORT: String(opsPort) } });
  }
  return given;
}

/** The processes of the gateway, each on its own ports. None gets a database. */
export function gatewayCommands(settings: StartSettings, given: ServiceEnvironment): ServiceCommand[] {
  return settings.gateways.map((ports, index) => ({
    name: `gateway-${index + 1}`,
    file: 'services/gateway/src/main.ts',
    env: {
      ...settings.environment,
      NATS_URL: given.natsUrls.gateway,
      PORT: String(ports.port),
      WS_PORT: String(ports.socketPort),
      OPS_PORT: String(ports.opsPort),
      DEMO: settings.isDemo ? '1' : '0',
      ...(given.jwtSecret && { JWT_SECRET: given.jwtSecret }),
    },
  }));
}
