import { statement } from '@vestnik/database';
import { MESSAGE_COLUMNS, type MessageRow } from './message-row.ts';
import type { EntityManager } from './unit-of-work.ts';

/** The pinned messages behind a `seq` and behind the newest pins, newest pin first. Behind their own columns: `read_at`. */
export const pinnedMessages = statement<MessageRow, [conversationId: number, hiddenSeq: number, skip: number]>(
  'list-pins',
  `select ${MESSAGE_COLUMNS}, r.read_at
   from messages m cross join lateral read_at_of(m.conversation_id, m.seq, m.sender_id) r
   where m.conversation_id = $1 and m.pinned_at is not null and m.seq > $2
   order by m.pinned_at desc, m.seq desc offset $3`,
);

/** The pins of a conversation: how many, and the time of the newest in milliseconds, 0 without one. */
export interface Pins {
  count: number;
  newest_ms: number;
}

/**
 * Locks the head of a conversation, so that other pins wait, and returns its pins. They stay as they are until the transaction
 * ends.
 */
export async function lockPins(em: EntityManager, conversationId: number): Promise<Pins> {
  await em.execute('select id from conversations where id = ? for update', [conversationId]);
  const [pins] = await em.execute<Pins[]>(
    `select count(*)::integer as count, coalesce(ceil(extract(epoch from max(pinned_at)) * 1000), 0)::float8 as newest_ms
     from messages where conversation_id = ? and pinned_at is not null`,
    [conversationId],
  );
  if (!pins) throw new Error('a count has no row');
  return pins;
}
