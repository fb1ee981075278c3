import type { Message } from '@vestnik/contracts';
import type { Account } from './account.ts';
import type { Holdings } from './holdings.ts';

/** Conversations that one `sync` names at most, and that one answer has at most. */
const SYNC_LIMIT = 1_000;
const PAGE_LIMIT = 100;

/** How a client brings its holdings up to date. */
export interface CatchUpParts {
  holdings: Holdings;
  call(event: string, data: unknown): Promise<unknown>;
  /** Called where the server does not let the user see a conversation that the client follows. */
  onRefused(conversationId: number, error: string): void;
}

/** Asks for what was stored behind what is held, until nothing is missing. */
export async function catchUpBySeq(
  { holdings, call, onRefused }: CatchUpParts,
  conversationIds: readonly number[],
): Promise<void> {
  let open = [...conversationIds];
  while (open.length > 0) {
    const asked = open.slice(0, SYNC_LIMIT).map((id) => ({ id, afterSeq: holdings.upTo(id) }));
    const { conversations } = (await call('sync', { conversations: asked })) as {
      conversations: { id: number; messages?: Message[]; has_more?: boolean; error?: string }[];
    };
    for (const { id, messages, error } of conversations) {
      for (const message of messages ?? []) holdings.take(message, 'sync');
      if (error) onRefused(id, error);
    }
    open = [...open.slice(SYNC_LIMIT), ...conversations.filter(({ has_more }) => has_more).map(({ id }) => id)];
  }
}

/**
 * Brings an account up to date by its cursor, and the holdings with it. Of a conversation that an answer has cut, the older
 * messages are paged. Returns the number of conversations that the answers had.
 */
export async function catchUpByCursor(parts: CatchUpParts, account: Account): Promise<number> {
  const { holdings, call } = parts;
  const cut = new Set<number>();
  let told = 0;
  for (let more = true; more; ) {
    const cursor = account.cursor();
    const asked = { limit: PAGE_LIMIT, messagesPerConversation: PAGE_LIMIT, ...(cursor && { cursor }) };
    const answer = (await call('sync', asked)) as {
      reset: boolean;
      conversations: { id: number; removed?: boolean; messages?: Message[]; truncated?: boolean }[];
    };
    for (const { id, removed, messages = [], truncated } of answer.conversations) {
      told += 1;
      if (removed) holdings.leave(id);
      else holdings.follow(id);
      for (const message of messages) holdings.take(message, 'sync');
      if (truncated) cut.add(id);
    }
    more = account.take(answer);
  }
  await catchUpBySeq(parts, [...cut]);
  return told;
}
