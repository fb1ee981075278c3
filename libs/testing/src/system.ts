import { DATA_SERVICES, SERVICES, type ServiceName } from '@vestnik/contracts';
import { freePort } from '@vestnik/servers';
import { endProcess } from './node-process.ts';
import { patientRest } from './patient-rest.ts';
import type { PlayedConversation } from './played-conversation.ts';
import {
  createReconnectingClient,
  type ReconnectingClient,
  type ReconnectingClientOptions,
} from './reconnecting-client.ts';
import { restClient } from './rest-client.ts';
import { startServers } from './servers.ts';
import {
  migrateService,
  type ServicesTogether,
  type SystemProcess,
  startServiceProcess,
  startServicesTogether,
} from './service-process.ts';
import { createTestClient, type TestClient } from './socket-client.ts';
import { stopWithSuite } from './suite-stops.ts';
import type { TestServers } from './test-servers.ts';
import { token } from './tokens.ts';

/** How a test wants its system. */
export interface SystemOptions {
  /** Instances of each service; one each by default. */
  instances?: Partial<Record<ServiceName, number>>;
  /** Settings on top of the defaults, for all services. */
  settings?: Record<string, string>;
  /**
   * The services of which every instance is a process of its own, for tests that stop, kill or watch one; `true` for all. The
   * others share one process.
   */
  separateProcesses?: true | readonly ServiceName[];
  /** A PostgreSQL of its own, to be taken away. */
  ownPostgres?: boolean;
  /** A cluster of three nats-servers, to take one away. */
  natsCluster?: boolean;
  /** Fills empty schemas before the migrations run, for example with the data of an older release. */
  beforeMigrations?(servers: TestServers): Promise<void>;
}

/** The six services on servers of their own. */
export interface System {
  servers: TestServers;
  processes: SystemProcess[];
  /** The processes of one service, in the order of their places. */
  processesOf(service: ServiceName): SystemProcess[];
  /** Addresses of the nth gateway, counted from 0. */
  restUrl(gateway?: number): string;
  socketUrl(gateway?: number): string;
  opsUrl(gateway?: number): string;
  /** A REST client of a user. */
  rest(userId: number, gateway?: number): Promise<ReturnType<typeof restClient>>;
  /** A ready socket of a user. */
  connect(userId: number, gateway?: number): Promise<TestClient>;
  /** A client of a user that keeps coming back, on all gateways in turn; `options` are those of the client. */
  reconnecting(userId: number, options?: Partial<ReconnectingClientOptions>): Promise<ReconnectingClient>;
  /** A group of these clients, which then follow it, owned by the first. */
  group(members: readonly ReconnectingClient[]): Promise<PlayedConversation>;
  /** Starts instances in one process. */
  startTogether(services: readonly ServiceName[]): Promise<void>;
  /**
   * Starts one more process of a service, on the ports of `like` if given, and waits until it is ready. `settings` are
   * its own, on top of those of all.
   */
  startProcess(service: ServiceName, like?: SystemProcess, settings?: Record<string, string>): Promise<SystemProcess>;
  /** Starts a process in the place of one that has ended, on its ports, and waits until it is ready. */
  replace(ended: SystemProcess, settings?: Record<string, string>): Promise<SystemProcess>;
  /** Ends a process with SIGTERM for good and returns its exit code. */
  retire(process: SystemProcess): Promise<number | null>;
  /** Kills processes of a service with SIGKILL and waits until they are gone. */
  kill(service: ServiceName): Promise<SystemProcess[]>;
  /** Stops everything in order and closes the clients. */
  stop(): Promise<void>;
}

/** Boots the whole system: servers, services, gateways. */
export async function startSystem(options: SystemOptions = {}): Promise<System> {
  let stopping = false;
  let system: System | undefined;
  const starting = (async () => {
    const { ownPostgres, natsCluster, beforeMigrations } = options;
    const servers = await startServers({ ownPostgres, natsCluster, emptySchemas: beforeMigrations !== undefined });
    system = createSystem(servers, options);
    try {
      if (beforeMigrations) {
        await beforeMigrations(servers);
        await Promise.all(DATA_SERVICES.map((service) => migrateService({ servers, service })));
      }
      await startServices(system, options, () => stopping);
    } catch (error) {
      await system.stop().catch(() => undefined);
      throw error;
    }
    return system;
  })();
  stopWithSuite(async () => {
    stopping = true;
    await starting.catch(() => undefined);
    await system?.stop();
  });
  return starting;
}

/** The services of which every instance is a process of its own. */
const separateOf = ({ separateProcesses = [] }: SystemOptions): readonly ServiceName[] =>
  separateProcesses === true ? SERVICES : separateProcesses;

async function startServices(system: System, options: SystemOptions, isUnwanted: () => boolean): Promise<void> {
  const separate = separateOf(options);
  const instancesOf = (services: readonly ServiceName[]) =>
    services.flatMap((service) => Array.from({ length: options.instances?.[service] ?? 1 }, () => service));
  const startEach = (services: readonly ServiceName[]) =>
    instancesOf(services.filter((service) => separate.includes(service))).map((service) =>
      system.startProcess(service),
    );
  const shared = instancesOf(SERVICES.filter((service) => !separate.includes(service)));
  const startShared = () => (shared.length > 0 ? [system.startTogether(shared)] : []);
  for (const start of [() => startEach(DATA_SERVICES), startShared, () => startEach(['gateway'])]) {
    if (isUnwanted()) throw new Error('The suite has ended before its system had started');
    // All are waited for, so that one that fails leaves none behind that would start after the stop.
    const outcomes = await Promise.allSettled<unknown>(start());
    for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
  }
}

/** The users of a suite create and add as many as the suite needs. */
const NO_QUOTAS = {
  LIMIT_USER_CONVERSATIONS: '0',
  LIMIT_USER_CREATIONS_PER_HOUR: '0',
  LIMIT_USER_STRANGERS_PER_HOUR: '0',
};

function createSystem(servers: TestServers, options: SystemOptions): System {
  const { settings } = options;
  const separate = separateOf(options);
  const clients: TestClient[] = [];
  const reconnecting: ReconnectingClient[] = [];
  const processes: SystemProcess[] = [];
  const together: ServicesTogether[] = [];
  const ofService = (service: ServiceName) => processes.filter((process) => process.service === service);

  const optionsOf = async (service: ServiceName, like?: SystemProcess, own?: Record<string, string>) => {
    const ports =
      service === 'gateway'
        ? (like?.ports ?? { rest: await freePort(), socket: await freePort(), ops: await freePort() })
        : undefined;
    return { servers, service, ports, settings: { ...NO_QUOTAS, ...settings, ...own } };
  };

  const gatewayAt = (index: number) => {
    const ports = ofService('gateway')[index]?.ports;
    if (!ports) throw new Error(`There is no gateway ${index}`);
    return ports;
  };

  const assertSeparate = (service: ServiceName) => {
    if (!separate.includes(service)) throw new Error(`${service} shares a process: name it in separateProcesses`);
  };

  const system: System = {
    servers,
    processes,
    processesOf: ofService,
    restUrl: (gateway = 0) => `http://127.0.0.1:${gatewayAt(gateway).rest}`,
    socketUrl: (gateway = 0) => `ws://127.0.0.1:${gatewayAt(gateway).socket}/ws`,
    opsUrl: (gateway = 0) => `http://127.0.0.1:${gatewayAt(gateway).ops}`,
    rest: async (userId, gateway = 0) => restClient(system.restUrl(gateway), await token(userId)),
    async connect(userId, gateway = 0) {
      const client = await createTestClient(system.socketUrl(gateway), await token(userId));
      clients.push(client);
      return client;
    },
    async reconnecting(userId, own) {
      const socketUrls = () => ofService('gateway').map((_, index) => system.socketUrl(index));
      const client = createReconnectingClient({ userId, token: await token(userId), socketUrls, ...own });
      reconnecting.push(client);
      return client;
    },
    async group(members) {
      const [owner, ...others] = members.map(({ userId }) => userId);
      const { id } = await patientRest(system.restUrl(), await token(owner ?? 0)).createGroup('group', others);
      for (const member of members) member.follow(id);
      return { id, members };
    },
    async startTogether(services) {
      const wanted = await Promise.all(services.map((service) => optionsOf(service)));
      const started = await startServicesTogether(wanted);
      together.push(started);
      processes.push(...started.processes);
    },
    async startProcess(service, like, own) {
      const process = await startServiceProcess(await optionsOf(service, like, own));
      processes.push(process);
      return process;
    },
    async replace(ended, own) {
      assertSeparate(ended.service);
      const process = await startServiceProcess(await optionsOf(ended.service, ended, own));
      processes[processes.indexOf(ended)] = process;
      return process;
    },
    async retire(process) {
      assertSeparate(process.service);
      processes.splice(processes.indexOf(process), 1);
      return endProcess(process);
    },
    async kill(service) {
      assertSeparate(service);
      const killed = ofService(service);
      for (const process of killed) processes.splice(processes.indexOf(process), 1);
      await Promise.all(killed.map((process) => endProcess(process, 'SIGKILL')));
      return killed;
    },
    async stop() {
      for (const client of clients.splice(0)) client.socket.terminate();
      await Promise.all(reconnecting.splice(0).map((client) => client.close()));
      const shared = new Set(together.flatMap((each) => each.processes));
      for (const service of SERVICES) {
        const own = ofService(service).filter((process) => !shared.has(process));
        await Promise.all(own.map((process) => endProcess(process)));
      }
      await Promise.all(together.map(({ stop }) => stop()));
      await servers.stop();
      // Every test proves that services may do on the bus what they do.
      const refused = processes.splice(0).filter((process) => process.output().includes('"bus refused"'));
      if (refused.length > 0) throw new Error(`The bus refused: ${refused.map(({ output }) => output()).join('\n')}`);
    },
  };
  return system;
}
