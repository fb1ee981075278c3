import type { Delivery, HistoryAsk, Message, SyncedConversation } from '@vestnik/contracts';
import { PAGE_LIMIT } from '@vestnik/contracts';
import type { Context, Input, Output } from '../context.ts';
import { moveDeliveredMarkers } from '../delivered-markers.ts';
import { cutToLength, MAX_LENGTH } from '../domain/answer-size.ts';
import { refreshCopy } from '../membership.ts';
import { visibleHeads } from '../store/heads.ts';
import { selectPages, toPages } from '../store/history.ts';
import { type MessageRow, rowLength } from '../store/message-row.ts';

/** Messages in one answer over all conversations; `has_more` says that there are others. */
const MAX_MESSAGES = 500;

/** The end of a conversation, and up to where its messages are hidden from the user. */
type Head = { seq: number; hidden_seq: number };

type Place = Input<'syncConversations'>['conversations'][number];

/**
 * Returns what was stored behind the given places, oldest first: for each conversation a page, or that the user may not
 * see it. The gateway reports the returned messages as delivered when the device has confirmed them.
 */
export async function syncConversations(
  context: Context,
  { user_id, conversations }: Input<'syncConversations'>,
): Promise<Output<'syncConversations'>> {
  const ids = conversations.map(({ id }) => id);
  const headById = await headsOf(context, user_id, ids);
  const pages = await readMissed(context, user_id, conversations, headById);

  const reached = new Map<number, number>();
  const answer = conversations.map((place): SyncedConversation => {
    const { id, after_seq } = place;
    const head = headById.get(id);
    if (head === undefined) return { id, error: 'forbidden' };
    const messages = pages.get(place) ?? [];
    const upToSeq = messages.at(-1)?.seq ?? Math.max(after_seq, head.hidden_seq);
    // A client that asks behind a place has everything up to it.
    reached.set(id, Math.max(after_seq, reached.get(id) ?? 0));
    return { id, messages, has_more: upToSeq < head.seq };
  });
  const deliveries = [...reached].map(
    ([conversation_id, up_to_seq]): Delivery => ({ conversation_id, user_id, after_seq: 0, up_to_seq }),
  );
  if (deliveries.length > 0) await moveDeliveredMarkers(context, deliveries);
  return { conversations: answer };
}

/** Reads the messages behind places, as many as one answer carries. */
async function readMissed(
  { database }: Context,
  user_id: number,
  places: readonly Place[],
  headById: ReadonlyMap<number, Head>,
): Promise<Map<Place, Message[]>> {
  const { asked, asks } = asksBehind(user_id, places, headById);
  let room = MAX_LENGTH;
  const kept = (await selectPages(database, asks)).map((rows, index): MessageRow[] => {
    if (room <= 0) return [];
    const cut = cutToLength(rows.slice(0, asks[index]?.limit), rowLength, room);
    room -= cut.length;
    return cut.kept;
  });
  const pages = await toPages(
    database,
    kept.map((rows, index) => ({ conversation_id: asks[index]?.conversation_id ?? 0, rows })),
  );
  return new Map(asked.map((place, index) => [place, pages[index] ?? []]));
}

/** The first places behind which there is something, as many as fill an answer: the other places cost nothing. */
function asksBehind(
  user_id: number,
  places: readonly Place[],
  headById: ReadonlyMap<number, Head>,
): { asked: Place[]; asks: HistoryAsk[] } {
  let left = MAX_MESSAGES;
  const asked: Place[] = [];
  const asks: HistoryAsk[] = [];
  for (const place of places) {
    const { id: conversation_id, after_seq } = place;
    const { seq = 0, hidden_seq = 0 } = headById.get(conversation_id) ?? {};
    const missing = seq - Math.max(after_seq, hidden_seq);
    const limit = Math.min(missing, PAGE_LIMIT, left);
    if (limit <= 0) continue;
    asked.push(place);
    asks.push({ user_id, conversation_id, after_seq, limit });
    left -= limit;
  }
  return { asked, asks };
}

/** Returns the heads of those conversations that the user may see; conversations is asked where the copy says no. */
async function headsOf(context: Context, userId: number, conversationIds: number[]): Promise<Map<number, Head>> {
  const ask = async () => {
    const rows = await context.database.query(visibleHeads, [userId, conversationIds]);
    return new Map(rows.map((row) => [row.conversation_id, row]));
  };
  const known = await ask();
  const unknown = conversationIds.filter((id) => !known.has(id));
  if (unknown.length === 0) return known;
  await refreshCopy(context, unknown);
  return ask();
}
