import { statement } from '@vestnik/database';
import { MESSAGE_COLUMNS, type MessageRow } from './message-row.ts';

const VISIBLE = `
  from messages m
  where m.conversation_id = $2
    and exists (select from members me where me.conversation_id = $2 and me.user_id = $1)`;

/** The pages of a conversation; each reads an index range. Values: user, conversation, place, rows. */
export const historyStatements = {
  before: statement<MessageRow>(
    'history-before',
    `select ${MESSAGE_COLUMNS} ${VISIBLE} and m.seq < $3 order by m.seq desc limit $4`,
  ),
  after: statement<MessageRow>(
    'history-after',
    `select ${MESSAGE_COLUMNS} ${VISIBLE} and m.seq > $3 order by m.seq limit $4`,
  ),
  /** Since `seq` has no holes, an offset is a seq: no row is read to be skipped. */
  offset: statement<MessageRow>(
    'history-offset',
    `select ${MESSAGE_COLUMNS} ${VISIBLE}
       and m.seq <= (select c.seq from conversations c where c.id = $2) - $3 order by m.seq desc limit $4`,
  ),
};
