import {
  type ConversationSummary,
  decodeCursor,
  type EndpointData,
  type messagesEndpoints,
  VestnikError,
} from '@vestnik/contracts';
import type { Context } from '../context.ts';
import { refreshCopy } from '../store/membership-copy.ts';
import { type SummaryRow, summariesNamed, summaryJson } from '../store/summaries.ts';
import { readLists } from './read-lists.ts';

type Summaries = { summaries: ConversationSummary[]; next_cursor: string | null };

/** A second after 1970, in microseconds: what is below it is no moment of an activity. */
const EARLIEST_ACTIVITY = 1_000_000;

/** What the conversation list shows of messages, newest activity first. */
export async function summarizeConversations(
  context: Context,
  { user_id, limit, cursor, conversation_ids }: EndpointData<typeof messagesEndpoints.summarizeConversations>,
): Promise<Summaries> {
  if (conversation_ids) {
    return { summaries: await summarizeNamed(context, user_id, conversation_ids), next_cursor: null };
  }
  const [page = ''] = await readLists(context, [{ user_id, limit, behind: readListCursor(cursor) }], 'alone');
  return JSON.parse(page) as Summaries;
}

/**
 * Where a page of a conversation list begins; undefined at the newest activity.
 *
 * @throws VestnikError `bad_request` for a cursor that no page returned.
 */
export function readListCursor(cursor: string | undefined): { activity: number; id: number } | undefined {
  if (cursor === undefined) return undefined;
  const [activity = 0, id = 0] = decodeCursor(cursor, 2);
  // A history's cursor has its direction in this place.
  if (activity < EARLIEST_ACTIVITY || id < 1) {
    throw new VestnikError('bad_request', 'cursor: is not one that a page returned');
  }
  return { activity, id };
}

async function summarizeNamed(
  context: Context,
  userId: number,
  conversationIds: number[],
): Promise<ConversationSummary[]> {
  const ask = async () => (await context.database.queryRaw(summariesNamed, [userId, conversationIds])) as SummaryRow[];
  let rows = await ask();
  if (rows.length < new Set(conversationIds).size) {
    const known = new Set(rows.map(([id]) => Number(id)));
    await refreshCopy(
      context,
      conversationIds.filter((id) => !known.has(id)),
    );
    rows = await ask();
  }
  return rows.map((row) => JSON.parse(summaryJson(row)) as ConversationSummary);
}
