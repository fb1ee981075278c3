import { type Bus } from '@vestnik/bus';
import {
  conversationsEndpoints,
  liveSubjects,
  presenceEndpoints,
  type StatusesChanged,
  type UserStatus,
} from '@vestnik/contracts';
import { connectDatabase, type Database, migrateSchema } from '@vestnik/database';
import type { Running } from '@vestnik/lifecycle';
import { createLogger } from '@vestnik/logging';
import {
  connectTestBus,
  endProcess,
  migrateService,
  patiently,
  type SystemProcess,
  startServers,
  startServiceProcess,
  type TestServers,
  until,
} from '@vestnik/testing';
import { readConfig } from '../src/config.ts';
import { startService } from '../src/service.ts';
import { schema } from '../src/store/schema.ts';

/** A gateway as presence hears it. */
export interface ReportingGateway {
  report(connected: number[], disconnected?: number[]): Promise<unknown>;
  beat(users: number): Promise<boolean>;
  leave(): Promise<unknown>;
}

/** Presence on servers of its own, and what one sees of it from outside. */
export interface ServiceUnderTest {
  servers: TestServers;
  bus: Bus;
  database: Database;
  /** Every published change so far, oldest first. */
  published: StatusesChanged['changes'];
  /** The published statuses of one user so far, oldest first: true for online. */
  publishedOf(userId: number): boolean[];
  /** The warnings of instances in this process so far, oldest first. */
  warnings: { msg: string; loop?: string }[];
  /** Starts an instance in this process; it is stopped with the service. */
  start(settings?: Record<string, string>): Promise<Running>;
  /** Starts an instance as a process of its own. */
  startProcess(settings?: Record<string, string>): Promise<SystemProcess>;
  /** Starts the real conversations service. */
  startConversations(): Promise<SystemProcess>;
  /** Makes a direct conversation and returns its id. */
  befriend(userId: number, otherId: number): Promise<number>;
  /** A gateway; while the service is there it stays alive, unless it is to fall silent. */
  gateway(gatewayId: string, options?: { silent: boolean }): ReportingGateway;
  /** How a user is, as the user alone may ask without being a contact of anybody. */
  ownStatus(userId: number): Promise<UserStatus>;
  /** Waits until a user is online or offline. */
  becomes(userId: number, online: boolean): Promise<UserStatus>;
  /** Waits until everything that was due before has been published: a user of its own comes online after it. */
  announcementsSettle(): Promise<void>;
  stop(): Promise<void>;
}

const BEAT_INTERVAL_MS = 500;
/** These tests do not measure time, and a busy machine is slow. */
const PATIENT = { timeoutMs: 15_000 };

/** Starts servers and migrates the schema; instances are started by the tests. */
export async function prepareService(): Promise<ServiceUnderTest> {
  const servers = await startServers();
  const warnings: ServiceUnderTest['warnings'] = [];
  const logger = createLogger('test', 'warn', { write: (line) => void warnings.push(JSON.parse(line)) });
  const bus = await connectTestBus(servers.natsUrl, logger);
  const url = servers.databaseUrls.presence;
  await migrateSchema(schema, url);
  const database = await connectDatabase({ url, schema: 'presence', poolSize: 2, entities: [], logger });
  const published: StatusesChanged['changes'] = [];
  bus.subscribe(liveSubjects.statusesChanged, (payload) => {
    published.push(...(JSON.parse(Buffer.from(payload).toString()) as StatusesChanged).changes);
  });
  await bus.flush();
  const instances: Running[] = [];
  const processes: SystemProcess[] = [];
  const alive = new Set<string>();
  let markers = 900_000_000;
  // A beat keeps a gateway alive whatever it counts. Without an instance to hear it there is nothing to keep.
  const beating = setInterval(() => {
    for (const gateway_id of alive)
      bus.request(presenceEndpoints.beatGateway, { gateway_id, users: 0 }).catch(() => undefined);
  }, BEAT_INTERVAL_MS);

  /** Asks as a gateway does: again, where an instance is too busy for now. */
  const ask: Bus['request'] = (endpoint, input) => patiently(() => bus.request(endpoint, input, PATIENT));

  const service: ServiceUnderTest = {
    servers,
    bus,
    database,
    published,
    warnings,
    publishedOf: (userId) => published.filter((change) => change.user_id === userId).map((change) => change.is_online),
    async start(settings = {}) {
      const config = readConfig({ NATS_URL: servers.natsUrls.presence, DATABASE_URL: url, ...settings });
      const instance = await startService(config, logger);
      instances.push(instance);
      return instance;
    },
    async startProcess(settings) {
      const process = await startServiceProcess({ servers, service: 'presence', settings });
      processes.push(process);
      return process;
    },
    async startConversations() {
      await migrateService({ servers, service: 'conversations' });
      const process = await startServiceProcess({ servers, service: 'conversations' });
      processes.push(process);
      return process;
    },
    async befriend(userId, otherId) {
      const pair = { user_id: userId, participant_id: otherId };
      return (await bus.request(conversationsEndpoints.createDirect, pair)).conversation.id;
    },
    gateway(gateway_id, { silent } = { silent: false }) {
      if (!silent) alive.add(gateway_id);
      return {
        report: (connected, disconnected = []) =>
          ask(presenceEndpoints.reportUsers, { gateway_id, connected, disconnected }),
        beat: async (users) => (await ask(presenceEndpoints.beatGateway, { gateway_id, users })).known,
        leave: () => ask(presenceEndpoints.leaveGateway, { gateway_id }),
      };
    },
    async ownStatus(userId) {
      const answer = await ask(presenceEndpoints.getStatuses, { user_id: userId, user_ids: [userId] });
      const [status] = answer.statuses;
      if (!status) throw new Error('no status');
      return status;
    },
    becomes: (userId, online) =>
      until(`user ${userId} is ${online ? 'online' : 'offline'}`, async () => {
        const status = await service.ownStatus(userId);
        return status.is_online === online && status;
      }),
    async announcementsSettle() {
      markers += 1;
      const marker = markers;
      await service.gateway('marker').report([marker]);
      await until('the marker is announced', () => service.publishedOf(marker).length > 0);
    },
    async stop() {
      clearInterval(beating);
      for (const instance of instances) await instance.stop();
      for (const process of processes) await endProcess(process);
      await database.close();
      await bus.close();
      await servers.stop();
    },
  };
  return service;
}
