import type { ClientEvents, MarkerReply } from '../protocol/events.ts';
import type { Store } from './store.ts';

/** Moves the user's markers. */
export interface Reader {
  markRead(conversationId: number, upToSeq: number): Promise<MarkerReply>;
  /** Tells the server about readings that it has not heard of: made offline, or before a reload. */
  tellMissed(): void;
}

/** Makes the reader of an account. The snapshot moves at once; the server hears of it when the line is live. */
export function createReader(
  store: Store,
  call: (event: 'read_messages', data: ClientEvents['read_messages']['data']) => Promise<MarkerReply>,
): Reader {
  async function tell(conversationId: number, upToSeq: number): Promise<MarkerReply> {
    const reply = await call('read_messages', { conversationId, upToSeq });
    store.dispatch({ type: 'marked', conversationId, upToSeq: reply.up_to_seq, readAt: reply.read_at });
    return reply;
  }
  return {
    markRead(conversationId, upToSeq) {
      store.dispatch({ type: 'marked', conversationId, upToSeq, readAt: null });
      return tell(conversationId, upToSeq);
    },
    tellMissed() {
      const { conversations, userId } = store.get();
      for (const { id, known, allMarkers } of conversations.values()) {
        const own = allMarkers.get(userId ?? 0)?.read_seq ?? 0;
        if (own > known.read_seq) tell(id, own).catch(() => undefined);
      }
    },
  };
}
