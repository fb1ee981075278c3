import { type ConversationSummary, messagesEndpoints } from '@vestnik/contracts';
import type { Caller, GatewayContext } from '../context.ts';

/** A page of what messages knows of the caller's conversations. */
interface Summaries {
  summaries: ConversationSummary[];
  next_cursor: string | null;
}

/**
 * One page of the caller's conversations, newest activity first, as JSON. One that the caller left between the two
 * requests is dropped, so a page may be shorter than `limit` while `next_cursor` still leads on.
 *
 * @throws VestnikError `bad_request` for a cursor that no page returned.
 */
export async function listConversations(
  context: GatewayContext,
  caller: Caller,
  page: { limit: number; cursor: string | undefined },
): Promise<string> {
  const { summaries, next_cursor } = await summarize(context, caller, page);
  const ids = summaries.map((summary) => summary.conversation_id);
  const texts = ids.length === 0 ? [] : await context.reader.describe(caller.userId, ids, caller.requestId);
  const conversations = summaries.flatMap((summary, index) => {
    const text = texts[index];
    return text && text.length > 0 ? [present(text, summary)] : [];
  });
  return `{"conversations":[${conversations.join(',')}],"next_cursor":${JSON.stringify(next_cursor)}}`;
}

async function summarize(
  { bus, reader }: GatewayContext,
  { userId, requestId }: Caller,
  page: { limit: number; cursor: string | undefined },
): Promise<Summaries> {
  const list = { user_id: userId, limit: page.limit, cursor: page.cursor };
  const json = await reader.read({ kind: 'list', ...list }, requestId);
  if (json.length > 0) return JSON.parse(json.toString()) as Summaries;
  return bus.request(messagesEndpoints.summaries, list, { requestId });
}

/** As `presentConversation`, of a conversation that is JSON already: the summary is written into its end. */
function present(
  conversation: Buffer,
  { conversation_id: _, last_message_at, ...summary }: ConversationSummary,
): string {
  const added = JSON.stringify({ ...summary, last_message_at, last_message_time: last_message_at });
  return `${conversation.toString('utf8', 0, conversation.length - 1)},${added.slice(1)}`;
}
