import { createKeyedBatcher } from '@vestnik/batching';
import type { Message, MessagesStored, Send } from '@vestnik/contracts';
import { type Database, isoTime } from '@vestnik/database';
import { insertSends } from './insert-sends.ts';
import type { MessagesRead } from './live/live-events.ts';
import { messagesById } from './store/messages.ts';
import type { Reading, StoreRow } from './store/sends.ts';

/** The outcome of one send in the database. */
export type StoreOutcome =
  | { outcome: 'stored' | 'known'; message: Message }
  | { outcome: Exclude<StoreRow['outcome'], 'stored' | 'known'> };

/** The messages that one commit stored, and their outbox row. */
export interface StoredCommit {
  outboxId: number;
  event: MessagesStored;
  messages: Message[];
  /** The markers of senders that moved over messages of others. */
  readings: MessagesRead[];
}

/** Stores sends. */
export interface MessageStore {
  /** Stores sends in their order and resolves after the commit, with one outcome for each. */
  store(sends: Send[]): Promise<StoreOutcome[]>;
  /** Resolves when every send is committed or refused. */
  idle(): Promise<void>;
}

/** Messages of one transaction at most; a longer transaction gains nothing. */
const MAX_BATCH = 1_000;
/**
 * Transactions side by side: while one waits for the disk, the other computes. More of them only make each batch smaller. A
 * conversation is in one of them at a time, so they never wait for each other's locks.
 */
const SLOTS = 2;

/**
 * Creates the store. While transactions are under way, further sends gather and then share the next transaction. One send
 * alone goes at once.
 *
 * @param onCommit is called after each commit that stored messages, before any of its sends resolves
 */
export function createMessageStore(database: Database, onCommit: (commit: StoredCommit) => void): MessageStore {
  const batcher = createKeyedBatcher<Send, StoreOutcome>({
    slots: SLOTS,
    maxBatch: MAX_BATCH,
    run: async (sends) => {
      const { firsts, places } = splitRepeated(sends);
      const outcomes = await storeDistinct(firsts);
      return places.map(({ index, isRepeated }, position) => {
        const outcome = outcomes[index] as StoreOutcome;
        return isRepeated ? outcomeOfRepeated(outcome, sends[position] as Send) : outcome;
      });
    },
  });

  async function storeDistinct(sends: Send[]): Promise<StoreOutcome[]> {
    const rows = await insertSends(database, sends);
    const known = await findKnown(database, rows);
    const commits = new Map<number, StoredCommit>();
    const outcomes = rows.map((row, index): StoreOutcome => {
      if (row.outcome === 'known') return { outcome: 'known', message: known.get(row.message_id as number) as Message };
      if (row.outcome !== 'stored') return { outcome: row.outcome };
      const message = newMessage(sends[index] as Send, row);
      addToCommit(commits, message, row);
      return { outcome: 'stored', message };
    });
    for (const row of rows) {
      for (const reading of row.readings ?? []) {
        commits.get(row.outbox_id as number)?.readings.push(toRead(reading, sends));
      }
    }
    for (const commit of commits.values()) onCommit(commit);
    return outcomes;
  }

  return {
    store: (sends) => Promise.all(sends.map((send) => batcher.add(send.conversation_id, send))),
    idle: () => batcher.idle(),
  };
}

function addToCommit(commits: Map<number, StoredCommit>, message: Message, row: StoreRow): void {
  const outboxId = row.outbox_id as number;
  let commit = commits.get(outboxId);
  if (!commit) {
    commit = { outboxId, event: { messages: [] }, messages: [], readings: [] };
    commits.set(outboxId, commit);
  }
  commit.messages.push(message);
  commit.event.messages.push({
    message_id: message.id,
    conversation_id: message.conversation_id,
    seq: message.seq,
    sender_id: message.sender_id,
    conversation_version: row.conversation_version as number,
    created_at: message.created_at,
    mentions: message.mentions.length === 0 ? undefined : message.mentions,
  });
}

/** Returns the event of a reading by answering. The session that answered last does not get it. */
function toRead({ conversation_id, user_id, up_to_seq, read_at }: Reading, sends: readonly Send[]): MessagesRead {
  const send = sends.findLast((one) => one.conversation_id === conversation_id && one.sender_id === user_id);
  return {
    conversationId: conversation_id,
    userId: user_id,
    messageIds: [],
    upToSeq: up_to_seq,
    readAt: new Date(read_at).toISOString(),
    exceptSessionId: send?.session_id,
  };
}

/** Which of the distinct sends each send of a batch is. */
interface PlaceInBatch {
  index: number;
  isRepeated: boolean;
}

/** Splits off sends whose client message id stands in the batch already. */
function splitRepeated(sends: readonly Send[]): { firsts: Send[]; places: PlaceInBatch[] } {
  const firsts: Send[] = [];
  const indexByKey = new Map<string, number>();
  const places = sends.map((send) => {
    const key = send.client_message_id === null ? undefined : `${send.sender_id} ${send.client_message_id}`;
    const known = key === undefined ? undefined : indexByKey.get(key);
    if (known !== undefined) return { index: known, isRepeated: true };
    if (key !== undefined) indexByKey.set(key, firsts.length);
    firsts.push(send);
    return { index: firsts.length - 1, isRepeated: false };
  });
  return { firsts, places };
}

/** The first send of a client message id is stored. The others find it, or are in another conversation. */
function outcomeOfRepeated(first: StoreOutcome, send: Send): StoreOutcome {
  if (!('message' in first)) return first;
  const isSame = first.message.conversation_id === send.conversation_id;
  return isSame ? { outcome: 'known', message: first.message } : { outcome: 'conflict' };
}

async function findKnown(database: Database, rows: StoreRow[]): Promise<Map<number, Message>> {
  const ids = rows.filter((row) => row.outcome === 'known').map((row) => row.message_id as number);
  if (ids.length === 0) return new Map();
  const found = await messagesById(database, ids);
  return new Map(found.map((message) => [message.id, message]));
}

function newMessage(send: Send, row: StoreRow): Message {
  return {
    id: row.message_id as number,
    conversation_id: send.conversation_id,
    seq: row.message_seq as number,
    version: 1,
    sender_id: send.sender_id,
    client_message_id: send.client_message_id,
    type: send.type,
    content: send.content,
    attachments: send.attachments,
    mentions: send.mentions,
    pinned_at: null,
    reply_to_id: send.reply_to_id,
    reactions: [],
    created_at: isoTime(row.stored_at),
    edited_at: null,
    deleted_at: null,
    read_at: null,
  };
}
