import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { EntitySchema } from '@mikro-orm/core';
import { type EntityManager, MikroORM } from '@mikro-orm/postgresql';
import type { Logger } from '@vestnik/logging';
import { unfitServer } from '@vestnik/postgres';
import type { Pool, PoolClient } from 'pg';
import { guardConnection } from './guard-connection.ts';
import { sharePool } from './pool-share.ts';
import { serverConnection } from './server-connection.ts';
import type { Statement } from './statement.ts';
import { watchWrites } from './write-watch.ts';

/** Describes how a service connects to its schema. */
export interface DatabaseOptions {
  /** The URL of the service's own role. */
  url: string;
  /** The service's schema. Statements name its tables without a prefix. */
  schema: string;
  /** Connections at most. */
  poolSize: number;
  entities: EntitySchema[];
  logger: Logger;
  /** Settings of Postgres for every connection, by name. */
  sessionSettings?: Readonly<Record<string, string>>;
}

/**
 * The settings of a service whose every statement finds its rows by key. Postgres makes each plan once and walks indexes,
 * whatever the tables held at their last analysis. Without these settings, a plan made while a table is small reads the table
 * from end to end, for as long as the plan is kept.
 */
export const KEYED_ACCESS: Readonly<Record<string, string>> = {
  plan_cache_mode: 'force_generic_plan',
  enable_seqscan: 'off',
  enable_hashjoin: 'off',
  enable_mergejoin: 'off',
};

/** A value as Postgres writes it: times as `2026-01-31 12:00:00.5+00`, JSON as its text. */
export type RawValue = string | null;

/** Runs statements, on any connection or inside one transaction. */
export interface Queries {
  /** Runs one statement and returns its rows; `bigint` comes as number, times as text. */
  query<Row, Values extends readonly unknown[]>(
    statement: Statement<Row, Values>,
    values: NoInfer<Values>,
  ): Promise<Row[]>;
  /** Runs one statement and returns the values of its rows as Postgres writes them, in the order of its columns. */
  queryRaw<Row extends readonly RawValue[], Values extends readonly unknown[]>(
    statement: Statement<Row, Values>,
    values: NoInfer<Values>,
  ): Promise<Row[]>;
}

/**
 * A service's database: the unit of work for commands, plain statements for everything hot. Reads and writes have shares of
 * the connections: `query` of a `writeStatement`, `unitOfWork` and `transaction` are writes.
 */
export interface Database extends Queries {
  /** A fresh entity manager, for a read: one for each request. */
  em(): EntityManager;
  /** Runs `work` in a fresh unit of work and one transaction: committed when it resolves, rolled back when it throws. */
  unitOfWork<Result>(work: (em: EntityManager) => Promise<Result>): Promise<Result>;
  /** Runs `work` in one transaction: committed when it resolves, rolled back when it throws. */
  transaction<Result>(work: (queries: Queries) => Promise<Result>): Promise<Result>;
  /** Runs `work` in one transaction that only reads. All of its statements see the database as it is at the first one. */
  snapshot<Result>(work: (queries: Queries) => Promise<Result>): Promise<Result>;
  /**
   * Connects once, for the start of a service. A server that is away does not matter: each later connection is checked too,
   * until one has found a fit server.
   *
   * @throws SettingError in one line when the server is not fit, or refuses this role, database or TLS.
   */
  refuseUnfitServer(): Promise<void>;
  /** Returns how many connections are open, idle and waited for. */
  poolUse(): { open: number; idle: number; waiting: number };
  /** True when the database answers. */
  ping(): Promise<boolean>;
  /** Returns why the database makes no durable write at present, in a few words; undefined when it makes one. */
  fault(): Promise<string | undefined>;
  /** Closes all connections, each after its present statement or transaction. */
  close(): Promise<void>;
}

/** Longest waits in milliseconds: the service refuses a request that it cannot serve well before the caller gives up. */
const CONNECT_TIMEOUT_MS = 2_800;
const QUERY_TIMEOUT_MS = 4_500;
/** A statement waits for a lock this long at most, in milliseconds, since it holds a connection meanwhile. */
const LOCK_TIMEOUT_MS = 2_500;
/**
 * A transaction in which no statement comes for this long ends without a commit, in milliseconds. The service has given a statement
 * up by then that is on its way. So the commit of a request that was refused as unavailable never takes effect later.
 */
const IDLE_IN_TRANSACTION_MS = QUERY_TIMEOUT_MS;
/** `ping` answers within this time, since a caller waits for the health of a service no longer than a second. */
const PING_TIMEOUT_MS = 700;
/** A server that hangs does not say goodbye: a stop waits for it no longer than this. */
const CLOSE_TIMEOUT_MS = 2_000;
/** Writes a record that means nothing to the log of Postgres, and waits until the disk has it. */
const pingQuery = {
  text: "select pg_logical_emit_message(true, 'vestnik', 'ping')",
  values: [],
  query_timeout: PING_TIMEOUT_MS,
};

/** A probe of writing fills 128 KiB: rows of so many characters, which Postgres does not compress, and their number. */
const PROBE_ROW = 1_900;
const PROBE_ROWS = 64;

const INT8 = 20;
const INT8_ARRAY = 1_016;

/** Connects at the first statement or `ping`, so that a service starts while its database is away. */
export async function connectDatabase(options: DatabaseOptions): Promise<Database> {
  const server = serverConnection(options.url, {
    TimeZone: 'UTC',
    lock_timeout: `${LOCK_TIMEOUT_MS}`,
    idle_in_transaction_session_timeout: `${IDLE_IN_TRANSACTION_MS}`,
    ...options.sessionSettings,
  });
  const writeWatch = watchWrites(() => writeAndTakeBack(pool, options.schema), options.logger);
  const orm = await MikroORM.init({
    ...server,
    schema: options.schema,
    // A connection for plain statements alone has no entity.
    discovery: { warnWhenNoEntities: false },
    entities: options.entities,
    pool: { min: 0, max: options.poolSize },
    driverOptions: {
      ...server.driverOptions,
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      keepAlive: true,
      onPoolCreated(pool: Pool) {
        readIntegersAsNumbers(pool);
        pool.on('connect', (client) => guardConnection(client, QUERY_TIMEOUT_MS, writeWatch.note));
      },
    },
    logger: (message) => options.logger.warn(message),
    colors: false,
  });
  const pool: Pool = await orm.em.getConnection().getNativeClient();
  const { reads, writes } = sharePool(options.poolSize, CONNECT_TIMEOUT_MS);
  return {
    query: (statement, values) => (statement.writes ? writes : reads).hold(() => run(pool, statement, values)),
    queryRaw: (statement, values) => (statement.writes ? writes : reads).hold(() => runRaw(pool, statement, values)),
    em: () => orm.em.fork(),
    unitOfWork: (work) => writes.hold(() => orm.em.fork().transactional(work)),
    transaction: (work) => writes.hold(() => transaction(pool, work)),
    snapshot: (work) => reads.hold(() => transaction(pool, work, 'begin isolation level repeatable read read only')),
    refuseUnfitServer: () => refuseUnfitServer(pool),
    poolUse: () => ({ open: pool.totalCount, idle: pool.idleCount, waiting: pool.waitingCount }),
    ping: () => ping(pool),
    fault: async () => ((await ping(pool)) ? writeWatch.fault() : (writeWatch.fault() ?? 'PostgreSQL does not answer')),
    close: () => Promise.race([end(orm, pool), delay(CLOSE_TIMEOUT_MS, undefined, { ref: false })]),
  };
}

async function refuseUnfitServer(pool: Pool): Promise<void> {
  try {
    await pool.query('select 1');
  } catch (error) {
    const verdict = unfitServer(error);
    if (verdict) throw verdict;
  }
}

/** Every `bigint` here is an id, a `seq` or a count below 2^53, so a number holds it exactly. */
function readIntegersAsNumbers(pool: Pool): void {
  const types = pool.options.types;
  if (!types || !('setTypeParser' in types)) throw new Error('The pool has no type parsers of its own');
  const { setTypeParser } = types as { setTypeParser(oid: number, parse: (text: string) => unknown): void };
  setTypeParser.call(types, INT8, Number);
  setTypeParser.call(types, INT8_ARRAY, (text) => (text === '{}' ? [] : text.slice(1, -1).split(',').map(Number)));
}

/** MikroORM ends a pool only if a unit of work has used it. */
async function end(orm: MikroORM, pool: Pool): Promise<void> {
  await orm.close();
  if (!pool.ending) await pool.end();
}

/** Answers in time, even when no connection is free because the server does not answer. */
async function ping(pool: Pool): Promise<boolean> {
  const answer = pool.query(pingQuery).then(
    () => true,
    () => false,
  );
  return Promise.race([answer, delay(PING_TIMEOUT_MS, false, { ref: false })]);
}

/**
 * Makes a table, fills some pages, which need new space on the disk, and takes everything back. The table is in the service's
 * schema, since no service may have temporary tables.
 */
async function writeAndTakeBack(pool: Pool, schema: string): Promise<void> {
  const table = `"${schema}"."probe_${randomUUID()}"`;
  const client = await pool.connect();
  await client.query('begin');
  try {
    await client.query(`create table ${table} (filling text)`);
    await client.query(`insert into ${table} select repeat('.', ${PROBE_ROW}) from generate_series(1, ${PROBE_ROWS})`);
  } finally {
    await client.query('rollback').then(
      () => client.release(),
      () => client.release(true),
    );
  }
}

async function run<Row>(
  runner: Pool | PoolClient,
  statement: Statement<Row>,
  values: readonly unknown[],
): Promise<Row[]> {
  const result = await runner.query({ name: statement.name, text: statement.text, values: values as unknown[] });
  return result.rows as Row[];
}

const UNDECODED = { getTypeParser: () => (text: string) => text };

async function runRaw<Row extends readonly RawValue[]>(
  runner: Pool | PoolClient,
  { name, text }: Statement<Row>,
  values: readonly unknown[],
): Promise<Row[]> {
  const result = await runner.query({
    name,
    text,
    values: values as unknown[],
    rowMode: 'array',
    types: UNDECODED,
  });
  return result.rows as unknown as Row[];
}

async function transaction<Result>(
  pool: Pool,
  work: (queries: Queries) => Promise<Result>,
  begin = 'begin',
): Promise<Result> {
  const client = await pool.connect();
  // When this fails, `guardConnection` has given the connection back.
  await client.query(begin);
  let broken = false;
  try {
    const result = await work({
      query: (statement, values) => run(client, statement, values),
      queryRaw: (statement, values) => runRaw(client, statement, values),
    });
    await client.query('commit');
    return result;
  } catch (error) {
    // A connection that cannot even roll back leaves the pool.
    await client.query('rollback').catch(() => {
      broken = true;
    });
    throw error;
  } finally {
    client.release(broken);
  }
}
