import { encodeHistoryCursor, type HistoryAsk, type HistoryPage, type Message } from '@vestnik/contracts';
import type { Context, Input, Output } from '../context.ts';
import { type AnswerLimits, fitAnswers, MAX_LENGTH } from '../domain/answer-size.ts';
import { requireMember } from '../membership.ts';
import { selectPages, toPages } from '../store/history.ts';
import { type MessageRow, rowLength } from '../store/message-row.ts';

const LIMITS: AnswerLimits = { alone: MAX_LENGTH, together: MAX_LENGTH };

/**
 * Returns the JSON of a page for each ask, in their order. Each page reads an index range of `limit` rows, however long
 * the history is. The line is empty for an ask that its caller has to repeat alone. That is a page too long to travel with
 * the others, or one without messages, since its user may not be in the conversation.
 *
 * @throws VestnikError `forbidden` when the only ask is of a user who is not in the conversation.
 */
export async function readHistory(context: Context, { asks }: Input<'readHistory'>): Promise<Output<'readHistory'>> {
  const found = await findRows(context, asks);
  const shown = fitAnswers(
    found.map((rows, index) => rows.slice(0, asks[index]?.limit)),
    rowLength,
    LIMITS,
  );
  const pages = await toPages(
    context.database,
    asks.map(({ conversation_id }, index) => ({ conversation_id, rows: shown[index] ?? [] })),
  );
  return asks.map((ask, index) => {
    const messages = pages[index] ?? [];
    if (messages.length === 0 && asks.length > 1) return '';
    const hasMore = messages.length < (found[index]?.length ?? 0);
    return JSON.stringify({
      messages,
      next_cursor: hasMore ? cursorBehind(ask, messages) : null,
    } satisfies HistoryPage);
  });
}

async function findRows(context: Context, asks: readonly HistoryAsk[]): Promise<MessageRow[][]> {
  const found = await selectPages(context.database, asks);
  const [only] = asks;
  if (!only || asks.length > 1 || found[0]?.length) return found;
  // Nothing found may also mean that the copy of membership is behind.
  await requireMember(context, only.user_id, only.conversation_id);
  return selectPages(context.database, asks);
}

/** A page by offset is continued by `seq` too: messages that arrive in between would shift offsets. */
function cursorBehind({ after_seq }: HistoryAsk, page: readonly Message[]): string | null {
  const last = page.at(-1);
  if (!last) return null;
  return encodeHistoryCursor(after_seq === undefined ? { before_seq: last.seq } : { after_seq: last.seq });
}
