import { type Bus } from '@vestnik/bus';
import { type Conversation, conversationsEndpoints as endpoints } from '@vestnik/contracts';
import { connectDatabase, type Database, migrateSchema, statement, writeStatement } from '@vestnik/database';
import type { Running } from '@vestnik/lifecycle';
import { createLogger, type Logger } from '@vestnik/logging';
import { connectTestBus, startServers, type TestServers } from '@vestnik/testing';
import { readConfig } from '../src/config.ts';
import { startService } from '../src/service.ts';
import { schema } from '../src/store/schema.ts';

/** The real service on real servers, with a bus connection for requests and a database connection to look behind them. */
export interface ServiceUnderTest {
  servers: TestServers;
  logger: Logger;
  /** A caller's connection to the bus. */
  bus: Bus;
  /** The suite's database as its superuser. */
  admin: Database;
  /** Starts one more instance. */
  start(settings?: Record<string, string>): Promise<Running>;
  createGroup(ownerId: number, ...others: number[]): Promise<Conversation>;
  createDirect(userId: number, participantId: number): Promise<Conversation>;
  /** Returns a conversation as a user sees it now; undefined for a user who is not in it. */
  see(userId: number, conversationId: number): Promise<Conversation | undefined>;
  /** Runs `work` while another connection holds the row of a conversation. */
  whileHeld<Result>(conversationId: number, work: () => Promise<Result>): Promise<Result>;
  /** Runs one SQL text as the superuser. */
  sql<Row>(text: string, values?: unknown[]): Promise<Row[]>;
  stop(): Promise<void>;
}

/** Starts servers and migrates the schema; the test starts as many instances as it wants. */
export async function prepareService(): Promise<ServiceUnderTest> {
  const servers = await startServers();
  const logger = createLogger('test', 'silent');
  await migrateSchema(schema, servers.databaseUrls.conversations);
  const bus = await connectTestBus(servers.natsUrl, logger);
  const admin = await connectDatabase({ url: servers.adminUrl, schema: 'public', poolSize: 3, entities: [], logger });
  const instances: Running[] = [];
  let statements = 0;

  return {
    servers,
    logger,
    bus,
    admin,
    async start(settings = {}) {
      const env = {
        NATS_URL: servers.natsUrls.conversations,
        DATABASE_URL: servers.databaseUrls.conversations,
        ...settings,
      };
      const instance = await startService(readConfig(env), logger);
      instances.push(instance);
      return instance;
    },
    async createGroup(ownerId, ...others) {
      const input = { user_id: ownerId, name: 'Tea', participant_ids: others };
      return (await bus.request(endpoints.createGroup, input)).conversation;
    },
    async createDirect(userId, participantId) {
      const input = { user_id: userId, participant_id: participantId };
      return (await bus.request(endpoints.createDirect, input)).conversation;
    },
    async see(userId, conversationId) {
      const asks = [{ user_id: userId, conversation_ids: [conversationId] }];
      const [line] = await bus.requestLines(endpoints.describeConversations, { asks });
      return line?.length ? (JSON.parse(line.toString()) as Conversation) : undefined;
    },
    whileHeld: (conversationId, work) =>
      admin.transaction(async ({ query }) => {
        await query(writeStatement('hold-row', 'select from conversations.conversations where id = $1 for update'), [
          conversationId,
        ]);
        return work();
      }),
    sql: <Row>(text: string, values: unknown[] = []) =>
      admin.query(statement<Row>(`test-${(statements += 1)}`, text), values),
    async stop() {
      await Promise.all(instances.map((instance) => instance.stop()));
      await bus.close();
      await admin.close();
      await servers.stop();
    },
  };
}
