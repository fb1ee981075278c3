import { join } from 'node:path';
import { startPostgres } from '@vestnik/servers';
import pg from 'pg';
import { createHistogram } from '../measure/histogram.ts';
import type { Row } from '../report/row.ts';
import { type Counted, inFolder, measureProbe, PROBE_SECONDS } from './measure-probe.ts';

const CONNECTIONS = 50;
const ROWS_PER_COMMIT = 100;

/** The loop runs inside the server, so that no client is in the way. */
const SCHEMA = `
  create table probe (
    conversation_id bigint not null, seq bigint not null, id bigint generated always as identity,
    sender_id bigint not null, content text not null, created_at timestamptz not null,
    primary key (conversation_id, seq)
  );
  create procedure insert_until(conversation bigint, deadline timestamptz, rows_each integer, inout commits bigint)
  language plpgsql as $$
  declare
    head bigint := 0;
  begin
    while clock_timestamp() < deadline loop
      insert into probe (conversation_id, seq, sender_id, content, created_at)
      select conversation, head + s, 1, repeat('0123456789', 10), clock_timestamp()
      from generate_series(1, rows_each) as s;
      commit;
      head := head + rows_each;
      commits := commits + 1;
    end loop;
  end $$`;

/** Durable commits of one row each. */
export function probeCommits(name: string): Promise<Row> {
  const title = `Postgres: commits of one row, ${CONNECTIONS} connections`;
  return probe(name, title, 1);
}

/** The same from one client, one at a time: what one commit takes. */
export function probeCommitsAlone(name: string): Promise<Row> {
  return inFolder(async (folder) => {
    const postgres = await startPostgres({ dataDir: join(folder, 'data'), logFile: join(folder, 'postgres.log') });
    const client = new pg.Client({ connectionString: postgres.url });
    try {
      await client.connect();
      await client.query(SCHEMA);
      const servers = [
        { name: 'postgres', pid: postgres.pid, withChildren: true },
        { name: 'client', pid: process.pid, withChildren: false },
      ];
      return await measureProbe(name, 'Postgres: commits of one row, one at a time', servers, () =>
        commitInTurn(client),
      );
    } finally {
      await client.end();
      await postgres.stop();
    }
  });
}

async function commitInTurn(client: pg.Client): Promise<Counted> {
  const latency = createHistogram();
  const began = performance.now();
  let now = began;
  for (let seq = 1; now < began + PROBE_SECONDS * 1_000; seq += 1) {
    await client.query({
      name: 'insert',
      text: `insert into probe (conversation_id, seq, sender_id, content, created_at)
             values (1, $1, 1, repeat('0123456789', 10), clock_timestamp())`,
      values: [seq],
    });
    const since = now;
    now = performance.now();
    latency.record(now - since);
  }
  const { count, p50, p99, max } = latency.summary();
  return { operations: count, seconds: (now - began) / 1_000, figures: { p50_ms: p50, p99_ms: p99, max_ms: max } };
}

/** Rows in durable commits of many. */
export function probeRows(name: string): Promise<Row> {
  return probe(name, `Postgres: rows in commits of ${ROWS_PER_COMMIT}`, ROWS_PER_COMMIT);
}

function probe(name: string, title: string, rowsEach: number): Promise<Row> {
  return inFolder(async (folder) => {
    const postgres = await startPostgres({ dataDir: join(folder, 'data'), logFile: join(folder, 'postgres.log') });
    const clients = Array.from({ length: CONNECTIONS }, () => new pg.Client({ connectionString: postgres.url }));
    try {
      await Promise.all(clients.map((client) => client.connect()));
      await clients[0]?.query(SCHEMA);
      const servers = [{ name: 'postgres', pid: postgres.pid, withChildren: true }];
      return await measureProbe(name, title, servers, async () => {
        const began = performance.now();
        const counts = await Promise.all(
          clients.map(async (client, index) => {
            const { rows } = await client.query<{ commits: string }>(
              `call insert_until(${index}, clock_timestamp() + interval '${PROBE_SECONDS} seconds', ${rowsEach}, 0)`,
            );
            return Number(rows[0]?.commits ?? 0);
          }),
        );
        const commits = counts.reduce((sum, count) => sum + count, 0);
        return { operations: commits * rowsEach, seconds: (performance.now() - began) / 1_000 };
      });
    } finally {
      await Promise.all(clients.map((client) => client.end()));
      await postgres.stop();
    }
  });
}
