import { type Statement, statement } from '@vestnik/database';
import { cutToSize, MEASURED, PAGE_BYTES } from './answer-size.ts';
import { MESSAGE_COLUMNS, type MessageRow } from './message-row.ts';

/** A message of a page, and whether there is more behind it. */
export type HistoryRow = MessageRow & { has_more: boolean };

const HEAD = '(select c.seq from conversations c where c.id = $2)';

/**
 * The pages of a conversation; each reads an index range. Since `seq` has no holes, an offset is a seq, so that no row is
 * read to be skipped, and there is more behind any message but the last. Values: user, conversation, place, rows.
 */
export const historyStatements = {
  before: pageStatement('history-before', 'm.seq < $3', 'seq desc', 'm.seq > 1'),
  after: pageStatement('history-after', 'm.seq > $3', 'seq', `m.seq < ${HEAD}`),
  offset: pageStatement('history-offset', `m.seq <= ${HEAD} - $3`, 'seq desc', 'm.seq > 1'),
};

function pageStatement(name: string, place: string, order: string, hasMore: string): Statement<HistoryRow> {
  const visible = `
    select ${MEASURED} from messages m
    where m.conversation_id = $2 and ${place}
      and exists (select from members me where me.conversation_id = $2 and me.user_id = $1)
    order by ${order} limit $4`;
  return statement(
    name,
    `select ${MESSAGE_COLUMNS}, ${hasMore} as has_more from (${cutToSize(visible, order, PAGE_BYTES)}) m order by ${order}`,
  );
}
