import type { EndpointData, Message, messagesEndpoints } from '@vestnik/contracts';
import { statement } from '@vestnik/database';
import type { MessagesContext } from '../context.ts';
import { MESSAGE_COLUMNS, type MessageRow, toMessage } from '../store/message-row.ts';
import { cutToSize } from '../store/page.ts';

const range = statement<MessageRow>(
  'messages-in-range',
  `select ${MESSAGE_COLUMNS} from messages m
   where m.conversation_id = $1 and m.seq > $2 and m.seq <= $3 order by m.seq limit $4`,
);
const byId = statement<MessageRow>(
  'messages-by-id',
  `select ${MESSAGE_COLUMNS} from messages m where m.id = any ($1::bigint[])`,
);

/** Messages that one answer about a range carries at most; the caller asks on. */
const RANGE_LIMIT = 500;

/** Messages of a stretch of one conversation, oldest first, perhaps not all of it: the caller asks on from the last. */
export async function findRange(
  { database }: Pick<MessagesContext, 'database'>,
  { conversation_id, after_seq, up_to_seq }: EndpointData<typeof messagesEndpoints.range>,
): Promise<{ messages: Message[] }> {
  const rows = await database.query(range, [conversation_id, after_seq, up_to_seq, RANGE_LIMIT]);
  return { messages: cutToSize(rows.map(toMessage)).messages };
}

/** Messages by id, in no particular order; unknown ids are left out, and so is what is too much for one answer. */
export async function findMessages(
  { database }: MessagesContext,
  { message_ids }: EndpointData<typeof messagesEndpoints.getMessages>,
): Promise<{ messages: Message[] }> {
  const rows = await database.query(byId, [message_ids]);
  return { messages: cutToSize(rows.map(toMessage)).messages };
}
