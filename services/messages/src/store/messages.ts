import type { Excerpt, Message } from '@vestnik/contracts';
import { type Queries, statement } from '@vestnik/database';
import { MESSAGE_COLUMNS, type MessageRow, toMessage } from './message-row.ts';

const whole = statement<MessageRow>('message-by-id', `select ${MESSAGE_COLUMNS} from messages m where m.id = $1`);
const byId = statement<MessageRow>(
  'messages-by-id',
  `select ${MESSAGE_COLUMNS} from messages m where m.id = any ($1::bigint[])`,
);
/** A character of Postgres is a code point. */
const excerpts = statement<Excerpt>(
  'excerpt-messages',
  `select id as message_id, left(coalesce(content, ''), $2) as text from messages
   where id = any ($1::bigint[]) and deleted_at is null`,
);
const inRange = statement<MessageRow>(
  'read-range',
  `select ${MESSAGE_COLUMNS} from messages m
   where m.conversation_id = $1 and m.seq > $2 and m.seq <= $3 order by m.seq limit $4`,
);
/** A conversation may be named several times: `entry` (1, 2, 3 …) says which of the names a row answers. */
const missed = statement<MessageRow & { entry: number }>(
  'sync-missed',
  `select ${MESSAGE_COLUMNS}, wanted.entry
   from rows from (unnest($1::bigint[]), unnest($2::bigint[])) with ordinality as wanted (conversation_id, after_seq, entry)
   cross join lateral (
     select * from messages m
     where m.conversation_id = wanted.conversation_id and m.seq > wanted.after_seq
     order by m.seq limit $3
   ) m
   order by wanted.entry, m.seq
   limit $4`,
);

/** A message as it is now; undefined when there is none, since operators may have erased it. */
export async function findWhole(queries: Queries, messageId: number): Promise<Message | undefined> {
  const [row] = await queries.query(whole, [messageId]);
  return row && toMessage(row);
}

/** A message that is there, as it is now. */
export async function wholeMessage(queries: Queries, messageId: number): Promise<Message> {
  const message = await findWhole(queries, messageId);
  if (!message) throw new Error(`message ${messageId} was there a moment ago`);
  return message;
}

/** Messages by id, in no particular order; unknown ids are left out. */
export async function messagesById(queries: Queries, messageIds: readonly number[]): Promise<Message[]> {
  return (await queries.query(byId, [messageIds])).map(toMessage);
}

/** How messages begin, in no particular order; deleted and unknown ones are left out. */
export function excerptsById(queries: Queries, messageIds: readonly number[], length: number): Promise<Excerpt[]> {
  return queries.query(excerpts, [messageIds, length]);
}

/** A stretch of one conversation. */
export interface Range {
  conversation_id: number;
  after_seq: number;
  up_to_seq: number;
}

/** The first messages of a stretch, oldest first. */
export async function messagesInRange(
  queries: Queries,
  { conversation_id, after_seq, up_to_seq }: Range,
  limit: number,
): Promise<Message[]> {
  return (await queries.query(inRange, [conversation_id, after_seq, up_to_seq, limit])).map(toMessage);
}

/** What was stored behind places, oldest first, so many of each and in all; by which of the places it is behind. */
export async function messagesBehind(
  queries: Queries,
  places: readonly { id: number; after_seq: number }[],
  limits: { each: number; all: number },
): Promise<Map<number, Message[]>> {
  const rows = await queries.query(missed, [
    places.map(({ id }) => id),
    places.map(({ after_seq }) => after_seq),
    limits.each,
    limits.all,
  ]);
  const byEntry = Map.groupBy(rows, ({ entry }) => entry - 1);
  return new Map([...byEntry].map(([index, own]) => [index, own.map(toMessage)]));
}
