import { type Conversation, type ConversationSummary, decodeListCursor, type SummaryPage } from '@vestnik/contracts';
import type { Caller, Context } from '../context.ts';

/**
 * One page of the caller's conversations, newest activity first, as JSON. One that the caller left between the two
 * requests is dropped, so a page may be shorter than `limit` while `next_cursor` still leads on.
 *
 * @throws VestnikError `bad_request` for a cursor that no page returned.
 */
export async function listConversations(
  context: Context,
  caller: Caller,
  page: { limit: number; cursor: string | undefined },
): Promise<string> {
  const ask = {
    user_id: caller.userId,
    limit: page.limit,
    behind: page.cursor === undefined ? undefined : decodeListCursor(page.cursor),
  };
  const json = await context.reader.summarizeConversations(ask, caller.requestId);
  const { summaries, next_cursor } = JSON.parse(json.toString()) as SummaryPage;
  const texts = await textsOf(context, caller, summaries);
  const conversations = summaries.flatMap((summary, index) => {
    const text = texts[index];
    return text ? [present(text, summary)] : [];
  });
  return `{"conversations":[${conversations.join(',')}],"next_cursor":${JSON.stringify(next_cursor)}}`;
}

/**
 * The JSON of each conversation; nothing for one that the caller is not in. Held here it is good while messages, which
 * learns of a change before the one who made it, knows of no other version; the rest conversations is asked for.
 */
async function textsOf(
  { reader, texts }: Context,
  { userId, requestId }: Caller,
  summaries: readonly ConversationSummary[],
): Promise<(string | undefined)[]> {
  const found = summaries.map((summary) => texts.get(summary.conversation_id, summary.version));
  const missing = [...found.keys()].filter((index) => found[index] === undefined);
  if (missing.length === 0) return found;
  const ids = missing.map((index) => summaries[index]?.conversation_id ?? 0);
  const lines = await reader.describe(userId, ids, requestId);
  for (const [place, line] of lines.entries()) {
    if (line.length === 0) continue;
    const text = line.toString();
    texts.put(JSON.parse(text) as Conversation, text);
    found[missing[place] ?? 0] = text;
  }
  return found;
}

/** As `presentConversation`, of a conversation that is JSON already: the summary is written into its end. */
function present(
  conversation: string,
  { last_message_id, last_message_at, last_message_content, unread_count }: ConversationSummary,
): string {
  const added = {
    last_message_id,
    last_message_at,
    last_message_content,
    last_message_time: last_message_at,
    unread_count,
  };
  return `${conversation.slice(0, -1)},${JSON.stringify(added).slice(1)}`;
}
