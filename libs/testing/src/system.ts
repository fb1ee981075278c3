import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort } from '@vestnik/servers';
import { restClient } from './rest-client.ts';
import { startServers, type TestServers } from './servers.ts';
import { createTestClient, type TestClient } from './socket-client.ts';
import { SECRET, token } from './tokens.ts';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..');
const DATA_SERVICES = ['conversations', 'messages', 'presence', 'notifications'] as const;
type ServiceName = 'gateway' | (typeof DATA_SERVICES)[number];

/** How a test wants its system. */
export interface SystemOptions {
  /** Processes of each service; one each unless told otherwise. */
  instances?: Partial<Record<ServiceName, number>>;
  /** Settings on top of the defaults, for all processes. */
  settings?: Record<string, string>;
}

/** One process of the system. */
export interface SystemProcess {
  service: ServiceName;
  child: ChildProcess;
  /** What it wrote on standard output and standard error so far. */
  output(): string;
  /** Where a gateway listens; undefined for the others. */
  ports: { rest: number; socket: number; ops: number } | undefined;
}

/** The five services as separate processes on servers of their own. */
export interface System {
  servers: TestServers;
  processes: SystemProcess[];
  /** Addresses of the nth gateway, counted from 0. */
  restUrl(gateway?: number): string;
  socketUrl(gateway?: number): string;
  opsUrl(gateway?: number): string;
  /** A REST client of a user. */
  rest(userId: number, gateway?: number): Promise<ReturnType<typeof restClient>>;
  /** A ready socket of a user. */
  connect(userId: number, gateway?: number): Promise<TestClient>;
  /** Starts one more process of a service, on the ports of `like` if given, and waits until it is ready. */
  startProcess(service: ServiceName, like?: SystemProcess): Promise<SystemProcess>;
  /** Kills processes of a service with SIGKILL and waits until they are gone. */
  kill(service: ServiceName): Promise<SystemProcess[]>;
  /** Stops everything in order and closes the clients. */
  stop(): Promise<void>;
}

/** Boots the whole system: servers, migrations, services, gateways. */
export async function startSystem(options: SystemOptions = {}): Promise<System> {
  const servers = await startServers();
  const clients: TestClient[] = [];
  const processes: SystemProcess[] = [];
  const ofService = (service: ServiceName) => processes.filter((process) => process.service === service);

  const environment = (service: ServiceName, ports: SystemProcess['ports']) => ({
    PATH: process.env['PATH'],
    NODE_OPTIONS: '',
    NATS_URL: servers.natsUrl,
    LOG_LEVEL: 'info',
    PUSH_ALLOW_PRIVATE_TARGETS: '1',
    ...(service === 'gateway' ? { JWT_SECRET: SECRET } : { DATABASE_URL: servers.databaseUrls[service] }),
    ...(ports && { PORT: `${ports.rest}`, WS_PORT: `${ports.socket}`, OPS_PORT: `${ports.ops}` }),
    ...options.settings,
  });

  const run = (service: ServiceName, file: string, ports: SystemProcess['ports']) => {
    const child = spawn(
      process.execPath,
      ['--disable-warning=ExperimentalWarning', `services/${service}/src/${file}`],
      {
        cwd: ROOT,
        env: environment(service, ports),
        stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      },
    );
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => (output += String(chunk)));
    return { service, child, output: () => output, ports };
  };

  const migrate = async (service: (typeof DATA_SERVICES)[number]) => {
    const migration = run(service, 'migrate.ts', undefined);
    const [code] = await once(migration.child, 'exit');
    if (code !== 0) throw new Error(`migrating ${service} failed: ${migration.output()}`);
  };

  const startProcess = async (service: ServiceName, like?: SystemProcess) => {
    const ports =
      service === 'gateway'
        ? (like?.ports ?? { rest: await freePort(), socket: await freePort(), ops: await freePort() })
        : undefined;
    const process = run(service, 'main.ts', ports);
    await new Promise<void>((resolve, reject) => {
      process.child.once('message', () => resolve());
      process.child.once('exit', (code) => reject(new Error(`${service} ended with ${code}: ${process.output()}`)));
    });
    processes.push(process);
    return process;
  };

  const ended = (process: SystemProcess) =>
    process.child.exitCode !== null || process.child.signalCode !== null
      ? Promise.resolve()
      : once(process.child, 'exit').then(() => {});

  const gatewayAt = (index: number) => {
    const ports = ofService('gateway')[index]?.ports;
    if (!ports) throw new Error(`There is no gateway ${index}`);
    return ports;
  };

  const system: System = {
    servers,
    processes,
    restUrl: (gateway = 0) => `http://127.0.0.1:${gatewayAt(gateway).rest}`,
    socketUrl: (gateway = 0) => `ws://127.0.0.1:${gatewayAt(gateway).socket}/ws`,
    opsUrl: (gateway = 0) => `http://127.0.0.1:${gatewayAt(gateway).ops}`,
    rest: async (userId, gateway = 0) => restClient(system.restUrl(gateway), await token(userId)),
    async connect(userId, gateway = 0) {
      const client = await createTestClient(system.socketUrl(gateway), await token(userId));
      clients.push(client);
      return client;
    },
    startProcess,
    async kill(service) {
      const killed = ofService(service);
      for (const process of killed) {
        processes.splice(processes.indexOf(process), 1);
        process.child.kill('SIGKILL');
      }
      await Promise.all(killed.map(ended));
      return killed;
    },
    async stop() {
      for (const client of clients) client.socket.terminate();
      for (const service of ['gateway', ...DATA_SERVICES] as const) {
        for (const process of ofService(service)) process.child.kill('SIGTERM');
        await Promise.all(ofService(service).map(ended));
      }
      await servers.stop();
    },
  };

  try {
    await Promise.all(DATA_SERVICES.map(migrate));
    const wanted = [...DATA_SERVICES, 'gateway' as const].flatMap((service) =>
      Array.from({ length: options.instances?.[service] ?? 1 }, () => service),
    );
    for (const service of wanted.filter((name) => name !== 'gateway')) await startProcess(service);
    for (const service of wanted.filter((name) => name === 'gateway')) await startProcess(service);
  } catch (error) {
    await system.stop();
    throw error;
  }
  return system;
}
