import pg from 'pg';
import type { History, ReadPaths } from './running-system.ts';

/** Content of every message of a history, behind its number. */
export const TEXT =
  'The quick brown fox jumps over the lazy dog. The quick brown fox jumps over the lazy dog. Twice over.';

/**
 * Stores the messages of a history, a second apart, written by the participants in turn. Moves each conversation to its end,
 * and every marker to the middle.
 *
 * @param adminUrl a superuser's
 */
export async function seedVestnik(adminUrl: string, { messages, deep, conversationIds }: History): Promise<void> {
  const client = new pg.Client({ connectionString: adminUrl });
  await client.connect();
  try {
    await client.query('set search_path = messages');
    const inDeep = Math.floor(messages / 5);
    const inEach = Math.floor((messages - inDeep) / conversationIds.length);
    await fill(client, [deep.id], inDeep);
    await fill(client, conversationIds, inEach);
    await client.query(`
      update conversations c set seq = m.seq, last_sender_id = m.sender_id, activity_at = m.created_at
      from (select conversation_id, max(seq) as seq from messages group by conversation_id) newest
      join messages m using (conversation_id, seq)
      where c.id = newest.conversation_id`);
    await client.query(`
      update members m set read_seq = c.seq / 2 from conversations c where c.id = m.conversation_id and c.seq > 0`);
    await client.query('vacuum analyze');
    await client.query('checkpoint');
  } finally {
    await client.end();
  }
}

async function fill(client: pg.Client, conversationIds: number[], count: number): Promise<void> {
  await client.query(
    `with people as (
       select conversation_id, array_agg(user_id order by user_id) as user_ids
       from members where conversation_id = any ($1::bigint[]) group by conversation_id
     )
     insert into messages (conversation_id, seq, sender_id, type, content, created_at)
     select p.conversation_id, s, p.user_ids[1 + s % cardinality(p.user_ids)], 'text', s || ' ' || $3::text,
       now() - ($2::bigint - s) * interval '1 second'
     from generate_series(1, $2::bigint) as s cross join people p`,
    [conversationIds, count, TEXT],
  );
}

/** Where a caller reads. */
export function readPaths({ messages, deep }: History): ReadPaths {
  const base = '/api/messenger';
  const behind = Math.floor(messages / 5) - Math.floor(messages / 10);
  return {
    list: `${base}/conversations`,
    first: `${base}/conversations/${deep.id}/messages`,
    deep: `${base}/conversations/${deep.id}/messages?before=${behind}`,
    unread: `${base}/unread-count`,
  };
}
