import { type Conversation, type ConversationSummary, decodeListCursor, type SummaryPage } from '@vestnik/contracts';
import type { Context } from '../context.ts';
import type { Caller } from '../upstream/caller.ts';
import { JsonText } from '../upstream/json-text.ts';
import { presentConversation } from '../upstream/present-conversation.ts';

/**
 * Answers one page of the caller's conversations, newest activity first. A conversation that the caller left between the
 * two requests is dropped, so a page may be shorter than `limit` while `next_cursor` still leads on.
 *
 * @throws VestnikError `bad_request` for a cursor that no page returned.
 */
export function listConversations(
  context: Context,
  caller: Caller,
  page: { limit: number; cursor: string | undefined },
): Promise<JsonText> {
  return context.readLimiter.run(caller, async () => {
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
      return text ? [presentConversation(text, summary)] : [];
    });
    const cursor = JSON.stringify(next_cursor);
    return new JsonText(`{"conversations":[${conversations.join(',')}],"next_cursor":${cursor}}`);
  });
}

/**
 * Returns the JSON of each conversation; undefined for one that the caller is not in. A text that this gateway holds is
 * good as long as its version is the one that messages knows. Messages knows a change before its author gets the reply. The
 * other texts come from conversations.
 */
async function textsOf(
  { reader, texts }: Context,
  { userId, requestId }: Caller,
  summaries: readonly ConversationSummary[],
): Promise<(string | undefined)[]> {
  // A user who is invited sees less of the conversation than its members do.
  const found = summaries.map(({ conversation_id, version, is_invited }) =>
    is_invited ? undefined : texts.get(conversation_id, version),
  );
  const missing = [...found.keys()].filter((index) => found[index] === undefined);
  if (missing.length === 0) return found;
  const ids = missing.map((index) => summaries[index]?.conversation_id ?? 0);
  const lines = await reader.describe(userId, ids, requestId);
  for (const [place, line] of lines.entries()) {
    if (line.length === 0) continue;
    const text = line.toString();
    const index = missing[place] ?? 0;
    if (!summaries[index]?.is_invited) texts.put(JSON.parse(text) as Conversation, text);
    found[index] = text;
  }
  return found;
}
