import type { MessagesStored } from '@vestnik/contracts';
import type { Context } from '../context.ts';
import { type IndexAsk, indexNext } from '../search/index-ranges.ts';

/** Conversations that one transaction brings into the index at most. */
const CONVERSATIONS_AT_ONCE = 100;

/** Brings stored messages into the search index, with everything before them that is not there yet. */
export async function indexMessages(
  { database }: Pick<Context, 'database'>,
  { messages }: MessagesStored,
): Promise<void> {
  const heads = new Map<number, number>();
  for (const { conversation_id, seq } of messages) {
    heads.set(conversation_id, Math.max(seq, heads.get(conversation_id) ?? 0));
  }
  const waiting = [...heads].map(([conversation_id, up_to_seq]): IndexAsk => ({ conversation_id, up_to_seq }));
  while (waiting.length > 0) {
    const asks = waiting.splice(0, CONVERSATIONS_AT_ONCE);
    waiting.push(...(await database.transaction((queries) => indexNext(queries, asks))));
  }
}
