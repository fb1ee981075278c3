import type { Queries } from '@vestnik/database';
import type { Context } from '../context.ts';
import { indexAgain, indexNext } from '../search/index-ranges.ts';
import {
  conversationsBehind,
  finishWalk,
  lockWalk,
  type SearchWalk,
  saveWalk,
  type WalkedConversation,
} from '../store/search-walk.ts';

/** Conversations that one step looks at, and messages that it brings into the index, at most. */
const CONVERSATIONS_AT_ONCE = 100;
const MESSAGES_AT_ONCE = 1_000;

/**
 * Makes one step of the walk over all conversations: indexes messages that no event brought into the index. A rebuild indexes
 * all messages again. The walk saves each step with its work, so it goes on where a process died. Returns whether there is
 * more to do.
 */
export function walkSearchIndex({ database }: Pick<Context, 'database'>): Promise<boolean> {
  return database.transaction(async (queries) => {
    const walk = await lockWalk(queries);
    if (!walk) return false;
    const conversations = await conversationsBehind(queries, walk.after_conversation_id, CONVERSATIONS_AT_ONCE);
    if (conversations.length === 0) {
      await finishWalk(queries);
      return false;
    }
    await saveWalk(
      queries,
      await (walk.is_rebuild ? rebuild(queries, walk, conversations) : catchUp(queries, conversations)),
    );
    return true;
  });
}

type Place = Pick<SearchWalk, 'after_conversation_id' | 'after_seq'>;

/** Indexes what is missing of the first conversations, as many as one step may. */
async function catchUp(queries: Queries, conversations: readonly WalkedConversation[]): Promise<Place> {
  let messages = 0;
  const taken = conversations.filter(({ seq, indexed_seq }) => {
    const fits = messages < MESSAGES_AT_ONCE;
    messages += Math.max(0, seq - indexed_seq);
    return fits;
  });
  const asks = taken
    .filter(({ seq, indexed_seq }) => indexed_seq < seq)
    .map(({ conversation_id, seq }) => ({ conversation_id, up_to_seq: seq }));
  const unfinished = asks.length > 0 ? await indexNext(queries, asks) : [];
  const stuck = Math.min(...unfinished.map(({ conversation_id }) => conversation_id));
  const done = taken.filter(({ conversation_id }) => conversation_id < stuck);
  return { after_conversation_id: done.at(-1)?.conversation_id ?? (taken[0]?.conversation_id ?? 1) - 1, after_seq: 0 };
}

/** Indexes a part of the first conversation again. */
async function rebuild(
  queries: Queries,
  { after_seq }: SearchWalk,
  [first]: readonly WalkedConversation[],
): Promise<Place> {
  const { conversation_id, seq } = first as WalkedConversation;
  const next = await indexAgain(queries, conversation_id, after_seq);
  if (next !== undefined) return { after_conversation_id: conversation_id - 1, after_seq: next };
  const unfinished = await indexNext(queries, [{ conversation_id, up_to_seq: seq }]);
  // The next step finds nothing to index again, and goes on with the messages that are missing.
  if (unfinished.length > 0) return { after_conversation_id: conversation_id - 1, after_seq: Number.MAX_SAFE_INTEGER };
  return { after_conversation_id: conversation_id, after_seq: 0 };
}
