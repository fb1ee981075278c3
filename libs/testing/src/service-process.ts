import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { DataService, ServiceName } from '@vestnik/contracts';
import { RUN_FOLDER } from './run-folder.ts';
import { patience } from './slowness.ts';
import { stopWithSuite } from './suite-stops.ts';
import type { TestServers } from './test-servers.ts';
import { SECRET } from './tokens.ts';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..');

/** A service that is not ready after so long, in milliseconds, will not become ready. */
const READY_WITHIN_MS = 60_000;

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
  const process = { service, ports, ...run([`services/${service}/src/main.ts`], environmentOf(options)) };
  await becomesReady(service, process);
  return process;
}

/** Starts services together in one process, for tests that are not about processes, and waits until all are ready. */
export async function startServicesTogether(wanted: ServiceProcessOptions[]): Promise<SystemProcess[]> {
  const host = run(['libs/testing/src/services-together.ts'], {});
  host.child.send(wanted.map((options) => ({ service: options.service, env: environmentOf(options) })));
  await becomesReady('the system', host);
  return wanted.map(({ service, ports }) => ({ service, ports, ...host }));
}

/**
 * Sends a signal to a process, SIGTERM by default, waits until the process is gone and returns its exit code;
 * null when a signal ended it.
 */
export async function endProcess(
  { child }: Pick<SystemProcess, 'child'>,
  signal: NodeJS.Signals = 'SIGTERM',
): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
  const ended = once(child, 'exit');
  child.kill(signal);
  // A process that a test has frozen meets its signal only when it goes on.
  child.kill('SIGCONT');
  await ended;
  return child.exitCode;
}

/** The environment with which a service runs in tests. */
function environmentOf({ servers, service, ports, settings }: ServiceProcessOptions): Record<string, string> {
  return {
    NATS_URL: servers.natsUrls[service],
    LOG_LEVEL: 'info',
    PUSH_ALLOW_PRIVATE_TARGETS: '1',
    ...(service === 'gateway' ? { JWT_SECRET: SECRET } : { DATABASE_URL: servers.databaseUrls[service] }),
    ...(ports && { PORT: `${ports.rest}`, WS_PORT: `${ports.socket}`, OPS_PORT: `${ports.ops}` }),
    ...settings,
  };
}

type Run = Pick<SystemProcess, 'child' | 'output'>;

function run(args: string[], env: Record<string, string>): Run {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', ...args], {
    cwd: ROOT,
    env: { PATH: process.env['PATH'], NODE_OPTIONS: '', [RUN_FOLDER]: process.env[RUN_FOLDER], ...env },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  stopWithSuite(() => endProcess({ child }, 'SIGKILL'));
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => (output += String(chunk)));
  return { child, output: () => output };
}

async function becomesReady(name: string, { child, output }: Run): Promise<void> {
  const withinMs = patience(READY_WITHIN_MS);
  let timer: NodeJS.Timeout | undefined;
  try {
    await new Promise<void>((resolve, reject) => {
      const fail = (what: string) => reject(new Error(`${name} ${what}: ${output()}`));
      timer = setTimeout(() => fail(`was not ready after ${withinMs} ms`), withinMs);
      child.once('message', () => resolve());
      child.once('close', (code) => fail(`ended with ${code}`));
    });
  } catch (error) {
    await endProcess({ child }, 'SIGKILL');
    throw error;
  } finally {
    clearTimeout(timer);
  }
}
