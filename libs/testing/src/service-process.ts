import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { DataService, ServiceName } from '@vestnik/contracts';
import type { TestServers } from './servers.ts';
import { SECRET } from './tokens.ts';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..');

/** Where a gateway listens. */
export interface GatewayPorts {
  rest: number;
  socket: number;
  ops: number;
}

/** One service, running as a process of its own. */
export interface SystemProcess {
  service: ServiceName;
  child: ChildProcess;
  /** What it wrote on standard output and standard error so far. */
  output(): string;
  /** Where a gateway listens; undefined for the others. */
  ports: GatewayPorts | undefined;
}

/** What a process of a service is started with. */
export interface ServiceProcessOptions {
  servers: TestServers;
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
export async function migrateService(
  options: ServiceProcessOptions & { service: DataService; arguments?: string[] },
): Promise<string> {
  const migration = run('migrate.ts', options, options.arguments);
  const [code] = await once(migration.child, 'close');
  if (code !== 0) throw new Error(`migrating ${options.service} failed: ${migration.output()}`);
  return migration.output();
}

/** Starts a service on its migrated schema and waits until it is ready. */
export async function startServiceProcess(options: ServiceProcessOptions): Promise<SystemProcess> {
  const process = run('main.ts', options);
  await new Promise<void>((resolve, reject) => {
    process.child.once('message', () => resolve());
    process.child.once('close', (code) =>
      reject(new Error(`${options.service} ended with ${code}: ${process.output()}`)),
    );
  });
  return process;
}

/**
 * Sends a signal to a process, SIGTERM unless told otherwise, waits until the process is gone and returns its exit code;
 * null when a signal ended it.
 */
export async function endProcess({ child }: SystemProcess, signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
  const ended = once(child, 'exit');
  child.kill(signal);
  // A process that a test has frozen meets its signal only when it goes on.
  child.kill('SIGCONT');
  await ended;
  return child.exitCode;
}

function run(
  file: string,
  { servers, service, ports, settings }: ServiceProcessOptions,
  args: readonly string[] = [],
): SystemProcess {
  const source = `services/${service}/src/${file}`;
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', source, ...args], {
    cwd: ROOT,
    env: {
      PATH: process.env['PATH'],
      NODE_OPTIONS: '',
      NATS_URL: servers.natsUrls[service],
      LOG_LEVEL: 'info',
      PUSH_ALLOW_PRIVATE_TARGETS: '1',
      ...(service === 'gateway' ? { JWT_SECRET: SECRET } : { DATABASE_URL: servers.databaseUrls[service] }),
      ...(ports && { PORT: `${ports.rest}`, WS_PORT: `${ports.socket}`, OPS_PORT: `${ports.ops}` }),
      ...settings,
    },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => (output += String(chunk)));
  return { service, child, output: () => output, ports };
}
