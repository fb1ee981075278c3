import { freePort } from '@vestnik/servers';
import { restClient } from './rest-client.ts';
import { startServers, type TestServers } from './servers.ts';
import {
  DATA_SERVICES,
  endProcess,
  migrateService,
  type ServiceName,
  type SystemProcess,
  startServiceProcess,
} from './service-process.ts';
import { createTestClient, type TestClient } from './socket-client.ts';
import { token } from './tokens.ts';

/** How a test wants its system. */
export interface SystemOptions {
  /** Processes of each service; one each unless told otherwise. */
  instances?: Partial<Record<ServiceName, number>>;
  /** Settings on top of the defaults, for all processes. */
  settings?: Record<string, string>;
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

  const { settings } = options;

  const startProcess = async (service: ServiceName, like?: SystemProcess) => {
    const ports =
      service === 'gateway'
        ? (like?.ports ?? { rest: await freePort(), socket: await freePort(), ops: await freePort() })
        : undefined;
    const process = await startServiceProcess({ servers, service, ports, settings });
    processes.push(process);
    return process;
  };

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
      for (const process of killed) processes.splice(processes.indexOf(process), 1);
      await Promise.all(killed.map((process) => endProcess(process, 'SIGKILL')));
      return killed;
    },
    async stop() {
      for (const client of clients) client.socket.terminate();
      for (const service of ['gateway', ...DATA_SERVICES] as const) {
        await Promise.all(ofService(service).map((process) => endProcess(process)));
      }
      await servers.stop();
    },
  };

  try {
    await Promise.all(DATA_SERVICES.map((service) => migrateService({ servers, service, settings })));
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
