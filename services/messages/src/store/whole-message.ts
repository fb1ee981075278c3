import type { Message } from '@vestnik/contracts';
import { type Queries, statement } from '@vestnik/database';
import { MESSAGE_COLUMNS, type MessageRow, toMessage } from './message-row.ts';

const whole = statement<MessageRow>('message-by-id', `select ${MESSAGE_COLUMNS} from messages m where m.id = $1`);

/** A message that is there, as it is now. */
export async function wholeMessage(queries: Queries, messageId: number): Promise<Message> {
  const [row] = await queries.query(whole, [messageId]);
  if (!row) throw new Error(`message ${messageId} was there a moment ago`);
  return toMessage(row);
}
