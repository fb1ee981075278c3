import type { Store } from '../account/store.ts';
import type { VestnikError } from '../errors.ts';
import type { MessageInput } from '../protocol/events.ts';
import type { Message } from '../protocol/model.ts';
import type { OutboxItem } from './item.ts';

/** The codes after which the server will never take a message. */
const FINAL = new Set(['bad_request', 'forbidden', 'not_found', 'conflict', 'too_large', 'invalid']);
/** The longest wait between two attempts on a live line, in ms. */
const LONGEST_MS = 30_000;

/** The parts that an outbox works with. */
export interface OutboxParts {
  store: Store;
  /** Sends a message and resolves with what the server has stored. */
  send(item: OutboxItem): Promise<Message>;
  /** Keeps an item, or deletes it. */
  keep(clientMessageId: string, item: OutboxItem | undefined): Promise<void>;
}

/** The messages that wait for the server, and their way out. */
export interface RunningOutbox {
  /** Takes a message, and resolves when it is kept. */
  send(conversationId: number, message: MessageInput, clientMessageId: string): Promise<void>;
  retry(clientMessageId: string): void;
  discard(clientMessageId: string): void;
  /** Takes items that were kept before. */
  restore(items: readonly OutboxItem[]): void;
  /** Tries everything that waits, since the line is live. */
  flush(): void;
  stop(): void;
}

/**
 * Makes the outbox. Each conversation has one message under way at a time, so that its messages are stored in the order of
 * sending. An attempt without an answer is repeated with the same id, which the server stores once.
 */
export function createOutbox({ store, send, keep }: OutboxParts): RunningOutbox {
  /** In the order of sending. */
  const items = new Map<string, OutboxItem>();
  const tried = new Set<string>();
  /** The message of each conversation that is under way, or waits for its next attempt. */
  const lanes = new Map<number, { id: string; failures: number; timer?: ReturnType<typeof setTimeout> }>();
  let isStopped = false;

  /** Stores what became of an item. A storage that fails makes a later start send it again, and the server stores it once. */
  const note = (id: string, item: OutboxItem | undefined) => void keep(id, item).catch(() => undefined);
  const show = () => store.dispatch({ type: 'outbox', outbox: [...items.values()] });

  function drop(id: string): void {
    items.delete(id);
    tried.delete(id);
    note(id, undefined);
    show();
  }

  /** Ends an item that the server has stored. */
  function settle(id: string, message: Message): void {
    const item = items.get(id);
    if (!item) return;
    store.dispatch({ type: 'stored', message, marksRead: item.message.marksRead !== false });
    drop(id);
  }

  function fail(id: string, error: VestnikError): void {
    const item = items.get(id);
    if (!item) return;
    const { code, message, reason } = error;
    const failed: OutboxItem = { ...item, state: 'failed', error: { code, message, reason } };
    items.set(id, failed);
    note(id, failed);
    show();
  }

  function tryNext(conversationId: number): void {
    if (isStopped || lanes.has(conversationId) || store.get().line !== 'live') return;
    for (const item of items.values()) {
      if (item.conversationId !== conversationId || item.state !== 'queued') continue;
      attempt(item, 0);
      return;
    }
  }

  function attempt(item: OutboxItem, failures: number): void {
    const { clientMessageId: id, conversationId } = item;
    const lane = { id, failures };
    lanes.set(conversationId, lane);
    tried.add(id);
    const isOver = () => lanes.get(conversationId) !== lane;
    send(item).then(
      (message) => {
        settle(id, message);
        if (isOver()) return;
        lanes.delete(conversationId);
        tryNext(conversationId);
      },
      (error: VestnikError) => {
        if (isOver()) return;
        lanes.delete(conversationId);
        if (isStopped) return;
        if (FINAL.has(error.code)) {
          fail(id, error);
          tryNext(conversationId);
        } else if (store.get().line === 'live') {
          const wait = error.retryAfterSeconds
            ? error.retryAfterSeconds * 1_000
            : Math.min(LONGEST_MS, 1_000 * 2 ** failures);
          const timer = setTimeout(attempt, wait * (1 + Math.random() / 2), item, failures + 1);
          lanes.set(conversationId, { id, failures, timer });
        }
      },
    );
  }

  // An acknowledgement may be lost; the message itself comes with an event or an answer of account sync.
  const endWatch = store.onAction((action) => {
    if (items.size === 0 || (action.type !== 'event' && action.type !== 'changes')) return;
    const { userId } = store.get();
    const arrived: readonly Message[] =
      action.type === 'changes'
        ? action.changes.conversations.flatMap((entry) => (entry.removed ? [] : entry.messages))
        : action.event.name === 'new_message'
          ? [action.event.data.message]
          : [];
    for (const message of arrived) {
      if (message.sender_id === userId && message.client_message_id !== null)
        settle(message.client_message_id, message);
    }
  });

  return {
    send(conversationId, message, clientMessageId) {
      // A tab that did not hear of it asks again. The leader before this one may have ended before the message was kept.
      const known = items.get(clientMessageId);
      if (known) return keep(clientMessageId, known);
      const createdAt = new Date().toISOString();
      const item: OutboxItem = { clientMessageId, conversationId, message, state: 'queued', error: null, createdAt };
      items.set(clientMessageId, item);
      const kept = keep(clientMessageId, item);
      show();
      tryNext(conversationId);
      return kept;
    },
    retry(id) {
      const item = items.get(id);
      if (item?.state !== 'failed') return;
      const queued: OutboxItem = { ...item, state: 'queued', error: null };
      // It goes behind the others, as if it was sent now.
      items.delete(id);
      items.set(id, queued);
      note(id, queued);
      show();
      tryNext(item.conversationId);
    },
    discard(id) {
      const item = items.get(id);
      if (item && (item.state === 'failed' || !tried.has(id))) drop(id);
    },
    restore(kept) {
      const later = [...items.values()];
      items.clear();
      for (const item of [...kept, ...later]) items.set(item.clientMessageId, item);
      // The server may have got them before the reload.
      for (const { clientMessageId, state } of kept) if (state === 'queued') tried.add(clientMessageId);
      show();
      this.flush();
    },
    flush() {
      for (const [conversationId, { timer }] of lanes) {
        if (timer === undefined) continue;
        clearTimeout(timer);
        lanes.delete(conversationId);
      }
      for (const { conversationId } of items.values()) tryNext(conversationId);
    },
    stop() {
      isStopped = true;
      endWatch();
      for (const { timer } of lanes.values()) clearTimeout(timer);
    },
  };
}
