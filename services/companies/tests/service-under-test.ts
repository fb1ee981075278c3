import { type Bus } from '@vestnik/bus';
import {
  type DurableEvent,
  companiesEndpoints as endpoints,
  type Relations,
  type TokenClaims,
} from '@vestnik/contracts';
import { connectDatabase, type Database, migrateSchema, statement } from '@vestnik/database';
import type { Running } from '@vestnik/lifecycle';
import { createLogger } from '@vestnik/logging';
import { connectTestBus, startServers } from '@vestnik/testing';
import { readConfig } from '../src/config.ts';
import { startService } from '../src/service.ts';
import { schema } from '../src/store/schema.ts';

/** The real service on real servers. */
export interface ServiceUnderTest {
  /** A caller's connection to the bus. */
  bus: Bus;
  /** The suite's database as its superuser. */
  admin: Database;
  /** Starts one more instance. */
  start(): Promise<Running>;
  /** Reports one token of a user and returns the company that the user is bound to. */
  signIn(userId: number, companyId: number, claims?: Partial<TokenClaims>): Promise<number>;
  relationsOf(...userIds: number[]): Promise<Relations>;
  /** Collects the durable events of a kind that are published from now on. */
  collect<Payload>(event: DurableEvent<Payload>): Promise<Payload[]>;
  /** Runs one SQL text as the superuser. */
  sql<Row>(text: string, values?: unknown[]): Promise<Row[]>;
  stop(): Promise<void>;
}

/** Starts servers and migrates the schema. The test starts as many instances as it wants. */
export async function prepareService(): Promise<ServiceUnderTest> {
  const servers = await startServers();
  const logger = createLogger('test', 'silent');
  await migrateSchema(schema, servers.databaseUrls.companies);
  const bus = await connectTestBus(servers.natsUrl, logger);
  const admin = await connectDatabase({ url: servers.adminUrl, schema: 'public', poolSize: 3, entities: [], logger });
  const instances: Running[] = [];
  let statements = 0;
  return {
    bus,
    admin,
    async start() {
      const env = { NATS_URL: servers.natsUrls.companies, DATABASE_URL: servers.databaseUrls.companies };
      const instance = await startService(readConfig(env), logger);
      instances.push(instance);
      return instance;
    },
    async signIn(userId, companyId, claims = {}) {
      const token = { user_id: userId, company_id: companyId, issued_at: 1, ...claims };
      const { company_ids } = await bus.request(endpoints.reportTokens, { tokens: [token] });
      return company_ids[0] ?? 0;
    },
    relationsOf: (...userIds) => bus.request(endpoints.findRelations, { user_ids: userIds }),
    async collect<Payload>({ subject }: DurableEvent<Payload>) {
      const collected: Payload[] = [];
      bus.subscribe(subject, (payload) => collected.push(JSON.parse(Buffer.from(payload).toString()) as Payload));
      await bus.flush();
      return collected;
    },
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
