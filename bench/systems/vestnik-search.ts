import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import type { SearchHistory, SearchIndexSize } from './running-system.ts';

/** A word that real texts do not have. */
export const RARE_WORD = 'brontosaurus';
/** One message in so many has it. */
const RARE_EVERY = 20_000;
/** Messages that one statement writes. */
const AT_ONCE = 200_000;
const LOOK_MS = 500;

/**
 * Stores a history of texts in many conversations: the texts over and over, one in ten with a word of its own. Each of the users
 * is in the first conversations, and two further people in every one. A folder that an earlier call filled stays as it is.
 *
 * @param adminUrl a superuser's
 */
export async function seedSearch(
  adminUrl: string,
  { messages, texts, firstUser, users, conversationsEach, conversations }: SearchHistory,
): Promise<void> {
  await withClient(adminUrl, async (client) => {
    await client.query('set search_path = messages');
    const { rows } = await client.query<{ count: string }>('select count(*) from messages');
    if (Number(rows[0]?.count) === messages) return;
    await client.query(
      'create temp table bench_texts as select n, content from unnest($1::text[]) with ordinality as t (content, n)',
      [texts.length > 0 ? texts : ['Install the updates first, and then restart the server']],
    );
    await client.query('create unique index on bench_texts (n)');
    await client.query(
      `insert into conversations (id, version, seq, activity_at)
       select c, 1, $2::bigint / $1 + (c <= $2::bigint % $1)::integer, now() from generate_series(1, $1::bigint) c`,
      [conversations, messages],
    );
    await client.query(
      `insert into members (conversation_id, user_id, read_seq, delivered_seq, joined_seq)
       select c, u, 0, 0, 0 from generate_series(1, $1::bigint) c
       cross join lateral (
         select $2::bigint + n as u from generate_series(0, $3 - 1) n where c <= $4
         union all select 1000000 + c * 2 + n from generate_series(0, 1) n
       ) u`,
      [conversations, firstUser, users, conversationsEach],
    );
    for (let first = 0; first < messages; first += AT_ONCE) {
      await client.query(
        `insert into messages (conversation_id, seq, sender_id, type, content, created_at)
         select 1 + i % $3, 1 + i / $3, 1000002 + (i % $3) * 2 + i / $3 % 2, 'text',
           t.content || case when i % $4 = 0 then ' ${RARE_WORD}' when i % 10 = 0 then ' ' || md5(i::text) else '' end,
           now() - ($5 - i) * interval '10 milliseconds'
         from generate_series($1::bigint, $2::bigint - 1) i
         join bench_texts t on t.n = 1 + i * 7919 % (select count(*) from bench_texts)
         order by i`,
        [first, Math.min(first + AT_ONCE, messages), conversations, RARE_EVERY, messages],
      );
    }
    await client.query(
      'update search_walks set finished_at = null, after_conversation_id = 0, after_seq = 0, is_rebuild = false',
    );
    await client.query('vacuum analyze messages.messages');
    await client.query('vacuum analyze messages.members');
    await client.query('checkpoint');
  });
}

/** Waits until the walk has indexed all messages, and returns how long that took and how large the index is. */
export async function searchIndex(adminUrl: string): Promise<SearchIndexSize> {
  return withClient(adminUrl, async (client) => {
    const began = performance.now();
    for (;;) {
      const { rows } = await client.query(
        'select finished_at from messages.search_walks where finished_at is not null',
      );
      if (rows.length > 0) break;
      await delay(LOOK_MS);
    }
    const seconds = (performance.now() - began) / 1_000;
    await client.query('vacuum analyze messages.search_blocks');
    await client.query('vacuum analyze messages.search_tails');
    const { rows } = await client.query<{ bytes: string; text_bytes: string }>(
      `select pg_total_relation_size('messages.search_blocks') + pg_total_relation_size('messages.search_tails')
           + pg_total_relation_size('messages.search_positions') as bytes,
         (select sum(octet_length(content)) from messages.messages) as text_bytes`,
    );
    return { seconds, bytes: Number(rows[0]?.bytes), textBytes: Number(rows[0]?.text_bytes) };
  });
}

async function withClient<Result>(url: string, work: (client: pg.Client) => Promise<Result>): Promise<Result> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
