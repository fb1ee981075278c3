import { type Bus, connectBus, publishRevocation } from '@vestnik/bus';
import {
  type Conversation,
  conversationsEndpoints,
  type Device,
  type EndpointInput,
  type Message,
  messagesEndpoints,
  notificationsEndpoints,
  presenceEndpoints,
  type RevocationTarget,
} from '@vestnik/contracts';
import { connectDatabase, type Database, KEYED_ACCESS, migrateSchema, statement } from '@vestnik/database';
import type { Running } from '@vestnik/lifecycle';
import { createLogger } from '@vestnik/logging';
import {
  connectTestBus,
  endProcess,
  migrateService,
  type SystemProcess,
  startServers,
  startServiceProcess,
  type TestServers,
  until,
} from '@vestnik/testing';
import { readConfig } from '../src/config.ts';
import { startService } from '../src/service.ts';
import { schema } from '../src/store/schema.ts';

/** A push as the record has it. */
export interface RecordedPush {
  id: number;
  message_id: number;
  user_id: number;
  device_id: number;
  state: string;
  reason: string | null;
  attempts: number;
}

const record = statement<RecordedPush>(
  'test-record',
  'select id, message_id, user_id, device_id, state, reason, attempts from pushes order by id',
);

const isDone = ({ state }: RecordedPush) => state !== 'pending' && state !== 'held';

const NEIGHBOURS = ['conversations', 'messages', 'presence'] as const;

/** Notifications on servers of its own; a test starts the instances and the neighbours that it needs. */
export interface ServiceUnderTest {
  servers: TestServers;
  bus: Bus;
  /** The schema of notifications. */
  database: Database;
  /** Starts an instance in this process; it is stopped with the service, if not before. */
  start(settings?: Record<string, string>): Promise<Running>;
  /** Starts an instance as a process of its own. */
  startProcess(): Promise<SystemProcess>;
  /** Starts the real conversations, messages and presence. */
  startNeighbours(): Promise<Record<(typeof NEIGHBOURS)[number], SystemProcess>>;
  /** Starts a neighbour again. */
  startNeighbour(service: (typeof NEIGHBOURS)[number]): Promise<SystemProcess>;
  register(input: EndpointInput<typeof notificationsEndpoints.registerDevice>): Promise<Device>;
  /** Revokes tokens, as `npm run revoke` does. */
  revoke(target: RevocationTarget): Promise<void>;
  /** Registers a webhook. */
  webhook(userId: number, url: string): Promise<Device>;
  /** Makes a group, owned by the first. */
  group(...userIds: number[]): Promise<Conversation>;
  /** A gateway of its own tells presence that the user has a socket open; it is heard until it dies without a word. */
  openSocket(userId: number): Promise<{ die(): void }>;
  say(senderId: number, conversationId: number, content: string): Promise<Message>;
  /** Everything that was recorded, oldest first. */
  pushes(): Promise<RecordedPush[]>;
  /** Waits until a message has `count` pushes on record that are done with, and returns them. */
  settled(messageId: number, count?: number, withinMs?: number): Promise<RecordedPush[]>;
  stop(): Promise<void>;
}

/** Starts servers and migrates the schema. */
export async function prepareService(): Promise<ServiceUnderTest> {
  const servers = await startServers();
  const logger = createLogger('test', 'fatal');
  const url = servers.databaseUrls.notifications;
  await migrateSchema(schema, url);
  const bus = await connectTestBus(servers.natsUrl, logger);
  const { name, entities } = schema;
  const database = await connectDatabase({
    url,
    schema: name,
    entities,
    poolSize: 4,
    logger,
    sessionSettings: KEYED_ACCESS,
  });
  const instances: Running[] = [];
  const processes: SystemProcess[] = [];
  const gateways: NodeJS.Timeout[] = [];

  const launch = async (service: SystemProcess['service']) => {
    const process = await startServiceProcess({ servers, service });
    processes.push(process);
    return process;
  };

  const service: ServiceUnderTest = {
    servers,
    bus,
    database,
    async start(settings = {}) {
      const config = readConfig({
        NATS_URL: servers.natsUrls.notifications,
        DATABASE_URL: url,
        PUSH_ALLOW_PRIVATE_TARGETS: '1',
        ...settings,
      });
      const instance = await startService(config, logger);
      instances.push(instance);
      return instance;
    },
    startProcess: () => launch('notifications'),
    async startNeighbours() {
      await Promise.all(NEIGHBOURS.map((service) => migrateService({ servers, service })));
      const started = NEIGHBOURS.map(async (service) => [service, await launch(service)] as const);
      return Object.fromEntries(await Promise.all(started)) as Record<(typeof NEIGHBOURS)[number], SystemProcess>;
    },
    startNeighbour: launch,
    register: async (input) => (await bus.request(notificationsEndpoints.registerDevice, input)).device,
    async revoke(target) {
      const revoker = await connectBus({
        servers: [servers.natsUrls.revoker],
        user: 'revoker',
        name: 'revoker',
        logger,
      });
      await publishRevocation(revoker, target, new Date());
      await revoker.close();
    },
    webhook: (user_id, target) => service.register({ user_id, provider: 'webhook', target: { url: target } }),
    async group(user_id, ...participant_ids) {
      const group = { user_id, name: 'a group', participant_ids };
      return (await bus.request(conversationsEndpoints.createGroup, group)).conversation;
    },
    async openSocket(userId) {
      const gateway_id = `gateway of ${userId}`;
      await bus.request(presenceEndpoints.reportUsers, { gateway_id, connected: [userId], disconnected: [] });
      const beat = () =>
        void bus.request(presenceEndpoints.beatGateway, { gateway_id, users: 1 }).catch(() => undefined);
      const beats = setInterval(beat, 500);
      gateways.push(beats);
      return { die: () => clearInterval(beats) };
    },
    async say(sender_id, conversation_id, content) {
      const send = { sender_id, conversation_id, content, client_message_id: null, type: 'text' as const };
      const sends = [{ ...send, attachments: [], reply_to_id: null }];
      const [result] = (await bus.request(messagesEndpoints.sendMessages, { sends })).results;
      if (!result || 'error' in result) throw new Error(`not stored: ${JSON.stringify(result)}`);
      return result.message;
    },
    pushes: () => database.query(record, []),
    settled: (messageId, count = 1, withinMs = 15_000) =>
      until(
        `${count} pushes of message ${messageId} are done with`,
        async () => {
          const pushes = (await service.pushes()).filter((push) => push.message_id === messageId);
          return pushes.length === count && pushes.every(isDone) && pushes;
        },
        withinMs,
      ),
    async stop() {
      for (const beats of gateways) clearInterval(beats);
      for (const instance of instances) await instance.stop();
      for (const process of processes) await endProcess(process);
      await database.close();
      await bus.close();
      await servers.stop();
    },
  };
  return service;
}
