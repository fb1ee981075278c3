import type { Send } from '@vestnik/contracts';
import { type Statement, writeStatement } from '@vestnik/database';

/** The answer of the database for one send. */
export interface StoreRow {
  outcome: 'stored' | 'known' | 'conflict' | 'stranger' | 'bad_reply' | 'no_reply';
  message_id: number | null;
  message_seq: number | null;
  conversation_version: number | null;
  stored_at: string;
  outbox_id: number | null;
}

/** A statement that stores sends, with its values. It answers one row for each send, in their order. */
export interface StoreCall {
  statement: Statement<StoreRow>;
  values: unknown[];
}

/** Stores one send in plain steps; see functions/store-message.sql for what the second way costs and saves. */
const storeMessage = writeStatement<
  StoreRow,
  [
    conversationId: number,
    senderId: number,
    clientMessageId: string | null,
    type: string,
    content: string | null,
    attachments: string | null,
    replyToId: number | null,
  ]
>('store-message', 'select * from store_message($1, $2, $3, $4, $5, $6::json, $7)');

/** Stores any number of sends, which are JSON in the shape of `Send`. */
const storeMessages = writeStatement<StoreRow, [conversationIds: readonly number[], sends: string]>(
  'store-messages',
  'select * from store_messages($1::bigint[], $2::json)',
);

/** Returns the call that stores sends in one transaction. One send alone goes the shorter way. */
export function storeCall(sends: readonly Send[]): StoreCall {
  const [first] = sends;
  return first && sends.length === 1 ? singleCall(first) : batchCall(sends);
}

/** Returns the call that stores one send. */
export function singleCall(send: Send): StoreCall {
  const { conversation_id, sender_id, client_message_id, type, content, attachments, reply_to_id } = send;
  const files = attachments.length === 0 ? null : JSON.stringify(attachments);
  return {
    statement: storeMessage,
    values: [conversation_id, sender_id, client_message_id, type, content, files, reply_to_id],
  };
}

/** Returns the call that stores any number of sends. */
export function batchCall(sends: readonly Send[]): StoreCall {
  const rows = sends.map((send) => (send.attachments.length === 0 ? { ...send, attachments: null } : send));
  return {
    statement: storeMessages,
    values: [[...new Set(sends.map((send) => send.conversation_id))], JSON.stringify(rows)],
  };
}
