import { encodeListCursor, type SummaryAsk, type SummaryPage } from '@vestnik/contracts';
import type { Context, Input, Output } from '../context.ts';
import { type AnswerLimits, fitAnswers } from '../domain/answer-size.ts';
import { refreshCopy } from '../membership.ts';
import { placeBehind, type SummaryRow, selectSummaries, summaryLength, toSummary } from '../store/summaries.ts';

/** Characters of content; in JSON one takes at most 6 bytes, and the bus carries 8 MB. */
const LIMITS: AnswerLimits = { alone: 1_200_000, together: 300_000 };

/**
 * Returns the JSON of a page of summaries for each ask, in their order. The line is empty for an ask that its caller has
 * to repeat alone. That is a page too long to travel with the others, or a conversation that the copy of membership does
 * not know.
 */
export async function summarizeConversations(
  context: Context,
  { asks }: Input<'summarizeConversations'>,
): Promise<Output<'summarizeConversations'>> {
  const found = await findRows(context, asks);
  const shown = fitAnswers(
    found.map((rows, index) => rows.slice(0, asks[index]?.limit)),
    summaryLength,
    LIMITS,
  );
  return asks.map(({ conversation_id }, index) => {
    const page = shown[index];
    const last = page?.at(-1);
    if (!page || (!last && conversation_id !== undefined && asks.length > 1)) return '';
    const hasMore = page.length < (found[index]?.length ?? 0);
    const next_cursor = last && hasMore ? encodeListCursor(placeBehind(last)) : null;
    return JSON.stringify({ summaries: page.map(toSummary), next_cursor } satisfies SummaryPage);
  });
}

async function findRows(context: Context, asks: readonly SummaryAsk[]): Promise<SummaryRow[][]> {
  const found = await selectSummaries(context.database, asks);
  const [only] = asks;
  if (only?.conversation_id === undefined || asks.length > 1 || found[0]?.length) return found;
  // Nothing found may also mean that the copy of membership is behind.
  await refreshCopy(context, [only.conversation_id]);
  return selectSummaries(context.database, asks);
}
