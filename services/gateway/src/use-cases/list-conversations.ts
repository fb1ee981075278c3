import { decodeListCursor, type SummaryPage } from '@vestnik/contracts';
import type { Context } from '../context.ts';
import type { Caller } from '../upstream/caller.ts';
import { JsonText } from '../upstream/json-text.ts';
import { presentConversation } from '../upstream/present-conversation.ts';
import { textsOf } from '../upstream/texts-of-summaries.ts';

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
