import { type Bus } from '@vestnik/bus';
import {
  type Conversation,
  decodeListCursor,
  type HistoryAsk,
  type HistoryPage,
  type Message,
  messagesEndpoints,
  type Send,
  type SendResult,
  type SummaryAsk,
  type SummaryPage,
} from '@vestnik/contracts';
import { migrateSchema } from '@vestnik/database';
import type { Running } from '@vestnik/lifecycle';
import { createLogger } from '@vestnik/logging';
import { connectTestBus, startServers, type TestServers, until } from '@vestnik/testing';
import pg from 'pg';
import { readConfig } from '../src/config.ts';
import { startService } from '../src/service.ts';
import { schema } from '../src/store/schema.ts';

const logger = createLogger('messages-tests', 'silent');

/** The real service on servers of its own, with a bus to talk to it. */
export interface ServiceUnderTest {
  servers: TestServers;
  bus: Bus;
  /** Starts one more instance, on its own way to the bus where one is given. */
  startInstance(natsUrl?: string): Promise<Running>;
  /** Makes a conversation of these people known to the service. */
  conversation(participants: number[], version?: number, id?: number): Promise<Conversation>;
  /** Sends as one request; every send is text unless told otherwise. */
  send(...sends: (Partial<Send> & { sender_id: number; conversation_id: number })[]): Promise<SendResult[]>;
  /** Sends one text that must be stored. */
  say(senderId: number, conversationId: number, content: string): Promise<Message>;
  /** A page of a conversation, asked for alone. */
  history(ask: HistoryAsk): Promise<HistoryPage>;
  /** A page of conversation summaries, asked for alone, behind a cursor where one is given. */
  summaries(ask: SummaryAsk, cursor?: string | null): Promise<SummaryPage>;
  /** The user's unread messages over all conversations. */
  unread(userId: number): Promise<number>;
  /** Runs one SQL text as the superuser, on a connection of its own. */
  sql<Row extends object>(text: string, values?: unknown[]): Promise<Row[]>;
  /**
   * Has a request wait for rows that somebody else holds, who changes them and commits; returns what came of it. `hold` and
   * `changes` are SQL, all of the same values.
   */
  overtake<Result>(hold: string, values: unknown[], request: () => Promise<Result>, changes: string[]): Promise<Result>;
  /** Resolves when the bus has everything that was committed. */
  published(): Promise<void>;
  /** Runs `work` while another connection holds the row of a message. */
  whileHeld(messageId: number, work: () => Promise<void>): Promise<void>;
  stop(): Promise<void>;
}

const WAITING = `select from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`;

/** Starts the service once, with the given settings. */
export async function startServiceUnderTest(settings: Record<string, string> = {}): Promise<ServiceUnderTest> {
  const servers = await startServers();
  await migrateSchema(schema, servers.databaseUrls.messages);
  const instances: Running[] = [];
  const startInstance = async (natsUrl = servers.natsUrls.messages) => {
    const config = readConfig({ NATS_URL: natsUrl, DATABASE_URL: servers.databaseUrls.messages, ...settings });
    const instance = await startService(config, logger);
    instances.push(instance);
    return instance;
  };
  await startInstance();
  const bus = await connectTestBus(servers.natsUrl, logger);
  let lastId = 0;

  const service: ServiceUnderTest = {
    servers,
    bus,
    startInstance,
    async conversation(participants, version = 1, id = (lastId += 1)) {
      const at = new Date().toISOString();
      const conversation: Conversation = {
        id,
        type: 'group',
        name: 'test',
        owner_id: participants[0] ?? null,
        company_id: null,
        state: 'active',
        participants,
        version,
        created_at: at,
        updated_at: at,
      };
      await bus.request(messagesEndpoints.applyConversation, { conversation });
      return conversation;
    },
    async send(...sends) {
      const filled = sends.map((send) => ({
        client_message_id: null,
        type: 'text' as const,
        content: 'hello',
        attachments: [],
        reply_to_id: null,
        ...send,
      }));
      return (await bus.request(messagesEndpoints.sendMessages, { sends: filled })).results;
    },
    async say(sender_id, conversation_id, content) {
      const [result] = await service.send({ sender_id, conversation_id, content });
      if (!result || 'error' in result) throw new Error(`not stored: ${JSON.stringify(result)}`);
      return result.message;
    },
    async history(ask) {
      const [line] = await bus.requestLines(messagesEndpoints.readHistory, { asks: [ask] });
      return JSON.parse(String(line)) as HistoryPage;
    },
    async summaries(ask, cursor) {
      const asks = [cursor ? { ...ask, behind: decodeListCursor(cursor) } : ask];
      const [line] = await bus.requestLines(messagesEndpoints.summarizeConversations, { asks });
      return JSON.parse(String(line)) as SummaryPage;
    },
    async unread(user_id) {
      const [line] = await bus.requestLines(messagesEndpoints.countUnread, { asks: [{ user_id }] });
      return (JSON.parse(String(line)) as { unread_count: number }).unread_count;
    },
    sql: (text, values = []) => asSuperuser(servers, async (client) => (await client.query(text, values)).rows),
    overtake: (hold, values, request, changes) =>
      asSuperuser(servers, async (client) => {
        await client.query('begin');
        await client.query(hold, values);
        const answer = request();
        answer.catch(() => undefined);
        await until('the request waits', async () => (await service.sql(WAITING)).length > 0);
        for (const change of changes) await client.query(change, values);
        await client.query('commit');
        return answer;
      }),
    async published() {
      const waiting = () => service.sql('select from messages.outbox');
      await until('the outbox is empty', async () => (await waiting()).length === 0);
      await bus.flush();
    },
    whileHeld: (messageId, work) =>
      asSuperuser(servers, async (client) => {
        await client.query('begin');
        await client.query('select from messages.messages where id = $1 for update', [messageId]);
        await work();
        await client.query('commit');
      }),
    async stop() {
      await bus.close();
      for (const instance of instances) await instance.stop();
      await servers.stop();
    },
  };
  return service;
}

async function asSuperuser<Result>(
  { adminUrl }: TestServers,
  work: (client: pg.Client) => Promise<Result>,
): Promise<Result> {
  const client = new pg.Client({ connectionString: adminUrl });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
