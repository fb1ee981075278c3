import pg from 'pg';
import type { History, ReadPaths } from './running-system.ts';
import { TEXT } from './vestnik-history.ts';

/** Stores the same history as for Vestnik in the comparator's tables; the older half of each conversation is read. */
export async function seedComparator(databaseUrl: string, { messages, deep, conversationIds }: History): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const inDeep = Math.floor(messages / 5);
    const inEach = Math.floor((messages - inDeep) / conversationIds.length);
    for (const [ids, count] of [
      [[deep.id], inDeep],
      [conversationIds, inEach],
    ] as const) {
      await client.query(
        `insert into messages (conversation_id, sender_id, content, created_at, read_at)
         select c.id, c.participants[1 + s % cardinality(c.participants)], s || ' ' || $3::text,
           now() - ($2::bigint - s) * interval '1 second', case when s <= $2::bigint / 2 then now() end
         from generate_series(1, $2::bigint) as s cross join conversations c where c.id = any ($1::integer[])`,
        [ids, count, TEXT],
      );
    }
    await client.query(`
      update conversations c set last_message_id = m.id, last_message_at = m.created_at
      from (select distinct on (conversation_id) * from messages order by conversation_id, created_at desc) m
      where m.conversation_id = c.id`);
    await client.query('vacuum analyze');
    await client.query('checkpoint');
  } finally {
    await client.end();
  }
}

/** Where a caller reads: pages by offset. */
export function comparatorReadPaths({ messages, deep }: History): ReadPaths {
  const base = '/api/messenger';
  return {
    list: `${base}/conversations`,
    first: `${base}/conversations/${deep.id}/messages`,
    deep: `${base}/conversations/${deep.id}/messages?offset=${Math.floor(messages / 10)}`,
    unread: `${base}/unread-count`,
  };
}
