import { isDeepStrictEqual } from 'node:util';
import type { AccountState } from '../../src/account/state.ts';

/** A message that a client has put into its outbox. */
export interface Written {
  conversationId: number;
  id: string;
}

/**
 * Says which written messages are not where they belong: stored once and in the order of writing, unless the server has refused
 * them. Conversations that the user has left say nothing. Returns undefined where all are right.
 */
export function misplaced(written: readonly Written[], held: AccountState, fresh: AccountState): object | undefined {
  const refused = new Set(held.outbox.map(({ clientMessageId }) => clientMessageId));
  for (const { id: conversationId, messages } of fresh.conversations.values()) {
    const ids = written.filter((one) => one.conversationId === conversationId).map(({ id }) => id);
    const due = ids.filter((id) => !refused.has(id));
    const is = messages.flatMap(({ client_message_id: id }) => (id !== null && ids.includes(id) ? [id] : []));
    if (!isDeepStrictEqual(is, due)) return { conversationId, is, due };
  }
  return undefined;
}
