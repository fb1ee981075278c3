import type { Excerpt, Message } from '@vestnik/contracts';
import { type Queries, statement } from '@vestnik/database';
import { MESSAGE_COLUMNS, type MessageRow, toMessage } from './message-row.ts';

/** Messages by id. Behind their own columns: the conversation, and when the message was first read. */
const byId = statement<MessageRow, [messageIds: readonly number[]]>(
  'find-messages',
  `select ${MESSAGE_COLUMNS}, m.conversation_id, r.read_at
   from messages m cross join lateral read_at_of(m.conversation_id, m.seq, m.sender_id) r
   where m.id = any ($1::bigint[])`,
);

/** How messages begin. A character of Postgres is a code point. Deleted and unknown messages have no row. */
export const excerpts = statement<Excerpt, [messageIds: readonly number[], codePoints: number]>(
  'excerpt-messages',
  `select id as message_id, left(coalesce(content, ''), $2) as text from messages
   where id = any ($1::bigint[]) and deleted_at is null`,
);

/** Returns messages by id, in no particular order; unknown ids are left out. */
export async function messagesById(queries: Queries, messageIds: readonly number[]): Promise<Message[]> {
  const rows = await queries.queryRaw(byId, [messageIds]);
  return rows.map((row) => toMessage(row, Number(row.at(-2)), row.at(-1) ?? null));
}

/** Returns a message as it is now; undefined when there is none, since operators may have erased it. */
export async function findMessage(queries: Queries, messageId: number): Promise<Message | undefined> {
  return (await messagesById(queries, [messageId]))[0];
}
