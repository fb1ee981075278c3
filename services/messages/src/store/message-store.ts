import { createKeyedBatcher } from '@vestnik/batching';
import type { Message, MessagesStored, Send } from '@vestnik/contracts';
import { type Database, isoTime, isUniqueViolation } from '@vestnik/database';
import { messagesById } from './messages.ts';
import { type StoreRow, storeCall } from './store-call.ts';

/** What became of one send in the database. */
export type StoreOutcome =
  | { outcome: 'stored' | 'known'; message: Message }
  | { outcome: 'conflict' | 'stranger' | 'bad_reply' | 'no_reply' };

/** The messages that one commit stored, and the outbox row that tells of them. */
export interface StoredCommit {
  outboxId: number;
  event: MessagesStored;
  messages: Message[];
}

/** Stores sends. */
export interface MessageStore {
  /** Stores sends in their order and resolves after the commit, with one outcome for each. */
  store(sends: Send[]): Promise<StoreOutcome[]>;
  /** Resolves when everything handed over is committed or refused. */
  idle(): Promise<void>;
}

/** Messages of one transaction at most; beyond that a longer transaction gains nothing. */
const MAX_BATCH = 1_000;
/**
 * Transactions side by side: while one waits for the disk the other computes. More of them would only make each batch
 * smaller. A conversation is in one of them at a time, so that they never wait for each other's locks.
 */
const SLOTS = 2;
/** Another instance may store the same client message id in the same moment; the second look finds it. */
const ATTEMPTS = 3;

/**
 * Creates the store. While transactions are under way the next sends gather and then go together; one send alone waits for
 * nobody. `onCommit` is called after each commit, before any of its sends resolves.
 */
export function createMessageStore(database: Database, onCommit: (commit: StoredCommit) => void): MessageStore {
  const batcher = createKeyedBatcher<Send, StoreOutcome>({ slots: SLOTS, maxBatch: MAX_BATCH, run: storeBatch });

  /** A client message id that stands twice in one batch is stored by its first send; the others get its outcome. */
  async function storeBatch(sends: Send[]): Promise<StoreOutcome[]> {
    const firsts: Send[] = [];
    const indexByKey = new Map<string, number>();
    const places = sends.map((send) => {
      const key = send.client_message_id === null ? undefined : `${send.sender_id} ${send.client_message_id}`;
      const known = key === undefined ? undefined : indexByKey.get(key);
      if (known !== undefined) return { index: known, again: true };
      if (key !== undefined) indexByKey.set(key, firsts.length);
      firsts.push(send);
      return { index: firsts.length - 1, again: false };
    });
    const outcomes = await storeDistinct(firsts);
    return places.map(({ index, again }, position) => {
      const outcome = outcomes[index] as StoreOutcome;
      if (!again || !('message' in outcome)) return outcome;
      const sameConversation = outcome.message.conversation_id === sends[position]?.conversation_id;
      return sameConversation ? { outcome: 'known', message: outcome.message } : { outcome: 'conflict' };
    });
  }

  async function storeDistinct(sends: Send[]): Promise<StoreOutcome[]> {
    const rows = await insert(sends);
    const known = await findKnown(rows);
    const stored: Message[] = [];
    const event: MessagesStored = { messages: [] };
    const outcomes = rows.map((row, index): StoreOutcome => {
      if (row.outcome === 'known') return { outcome: 'known', message: known.get(row.message_id as number) as Message };
      if (row.outcome !== 'stored') return { outcome: row.outcome };
      const message = newMessage(sends[index] as Send, row);
      stored.push(message);
      event.messages.push({
        message_id: message.id,
        conversation_id: message.conversation_id,
        seq: message.seq,
        sender_id: message.sender_id,
        conversation_version: row.conversation_version as number,
      });
      return { outcome: 'stored', message };
    });
    const outboxId = rows[0]?.outbox_id;
    if (outboxId) {
      onCommit({ outboxId, event, messages: stored });
    }
    return outcomes;
  }

  async function insert(sends: Send[]): Promise<StoreRow[]> {
    const { statement: store, values } = storeCall(sends);
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await database.query(store, values);
      } catch (error) {
        if (attempt === ATTEMPTS || !isUniqueViolation(error, 'messages_client_message_id')) throw error;
      }
    }
  }

  async function findKnown(rows: StoreRow[]): Promise<Map<number, Message>> {
    const ids = rows.filter((row) => row.outcome === 'known').map((row) => row.message_id as number);
    if (ids.length === 0) return new Map();
    const found = await messagesById(database, ids);
    return new Map(found.map((message) => [message.id, message]));
  }

  return {
    store: (sends) => Promise.all(sends.map((send) => batcher.add(send.conversation_id, send))),
    idle: () => batcher.idle(),
  };
}

function newMessage(send: Send, row: StoreRow): Message {
  return {
    id: row.message_id as number,
    conversation_id: send.conversation_id,
    seq: row.message_seq as number,
    sender_id: send.sender_id,
    client_message_id: send.client_message_id,
    type: send.type,
    content: send.content,
    attachments: send.attachments,
    reply_to_id: send.reply_to_id,
    reactions: [],
    created_at: isoTime(row.stored_at),
    edited_at: null,
    deleted_at: null,
    read_at: null,
  };
}
