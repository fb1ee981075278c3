import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { DataService, ServiceName } from '@vestnik/contracts';
import { becomesReady, endProcess, type NodeProcess, spawnNode } from './node-process.ts';
import { serviceHosts } from './service-hosts.ts';
import { stopWithSuite } from './suite-stops.ts';
import type { TestServers } from './test-servers.ts';
import { SECRET } from './tokens.ts';

/** Where a gateway listens. */
export interface GatewayPorts {
  rest: number;
  socket: number;
  ops: number;
}

/** One service, running as a process. */
export interface SystemProcess {
  service: ServiceName;
  child: ChildProcess;
  /** Everything that it has written on standard output and standard error. */
  output(): string;
  /** Where a gateway listens; undefined for the others. */
  ports: GatewayPorts | undefined;
}

/** How a process of a service is started. */
export interface ServiceProcessOptions {
  servers: Pick<TestServers, 'natsUrls' | 'databaseUrls'>;
  service: ServiceName;
  /** For a gateway: where it listens. */
  ports?: GatewayPorts | undefined;
  /** Settings on top of the defaults. */
  settings?: Record<string, string> | undefined;
}

/**
 * Runs the migrations of a service to their end and returns the output. With the argument `--difference` the output is the
 * SQL by which the schema differs from its description.
 */
export async function migrateService(options: {
  servers: Pick<TestServers, 'databaseUrls'>;
  service: DataService;
  settings?: Record<string, string> | undefined;
  arguments?: string[];
}): Promise<string> {
  const { servers, service, settings } = options;
  const env = { DATABASE_URL: servers.databaseUrls[service], NATS_URL: 'nats://127.0.0.1:1', ...settings };
  const migration = run([`services/${service}/src/migrate.ts`, ...(options.arguments ?? [])], env);
  const [code] = await once(migration.child, 'close');
  if (code !== 0) throw new Error(`migrating ${service} failed: ${migration.output()}`);
  return migration.output();
}

/** Starts a service on its migrated schema as a process of its own and waits until it is ready. */
export async function startServiceProcess(options: ServiceProcessOptions): Promise<SystemProcess> {
  const { service, ports } = options;
  const { child, output } = run([`services/${service}/src/main.ts`], environmentOf(options));
  await becomesReady(service, { child, output });
  return { service, ports, child, output };
}

/** Services that share a process. */
export interface ServicesTogether {
  processes: SystemProcess[];
  /** Stops the services in order. May be called more than once. */
  stop(): Promise<void>;
}

/** Starts services together in one process, for tests that are not about processes, and waits until all are ready. */
export async function startServicesTogether(wanted: ServiceProcessOptions[]): Promise<ServicesTogether> {
  const host = serviceHosts().take();
  stopWithSuite(host.release);
  await host.start(wanted.map((options) => ({ service: options.service, env: environmentOf(options) })));
  const { child, output } = host;
  return { processes: wanted.map(({ service, ports }) => ({ service, ports, child, output })), stop: host.release };
}

/** The environment with which a service runs in tests. */
function environmentOf({ servers, service, ports, settings }: ServiceProcessOptions): Record<string, string> {
  return {
    NATS_URL: servers.natsUrls[service],
    LOG_LEVEL: 'info',
    PUSH_ALLOW_PRIVATE_TARGETS: '1',
    ...(service === 'gateway' ? { JWT_SECRET: SECRET } : { DATABASE_URL: servers.databaseUrls[service] }),
    ...(service === 'companies' && { REVOCATIONS_NATS_URL: servers.natsUrls['company-revoker'] }),
    ...(ports && { PORT: `${ports.rest}`, WS_PORT: `${ports.socket}`, OPS_PORT: `${ports.ops}` }),
    ...settings,
  };
}

function run(args: string[], env: Record<string, string>): NodeProcess {
  const process = spawnNode(args, env);
  stopWithSuite(() => endProcess(process, 'SIGKILL'));
  return process;
}
