import type { Send } from '@vestnik/contracts';
import { type Statement, statement } from '@vestnik/database';

/** What the database says of one send. */
export interface StoreRow {
  outcome: 'stored' | 'known' | 'conflict' | 'stranger' | 'bad_reply' | 'no_reply';
  message_id: number | null;
  message_seq: number | null;
  conversation_version: number | null;
  stored_at: string;
  outbox_id: number | null;
}

/** A statement that stores sends, with its values; it answers one row for each send, in their order. */
export interface StoreCall {
  statement: Statement<StoreRow>;
  values: unknown[];
}

const storeMessage = statement<StoreRow>(
  'store-message',
  'select * from store_message($1, $2, $3, $4, $5, $6::json, $7)',
);

const storeMessages = statement<StoreRow>('store-messages', 'select * from store_messages($1::bigint[], $2::json)');

/** How sends are stored in one transaction: one alone by the shorter way. */
export function storeCall(sends: readonly Send[]): StoreCall {
  const [first] = sends;
  return first && sends.length === 1 ? singleCall(first) : batchCall(sends);
}

/** Stores one send. */
export function singleCall(send: Send): StoreCall {
  const { conversation_id, sender_id, client_message_id, type, content, attachments, reply_to_id } = send;
  const files = attachments.length === 0 ? null : JSON.stringify(attachments);
  return {
    statement: storeMessage,
    values: [conversation_id, sender_id, client_message_id, type, content, files, reply_to_id],
  };
}

/** Stores any number of sends. */
export function batchCall(sends: readonly Send[]): StoreCall {
  const rows = sends.map((send) => (send.attachments.length === 0 ? { ...send, attachments: null } : send));
  return {
    statement: storeMessages,
    values: [[...new Set(sends.map((send) => send.conversation_id))], JSON.stringify(rows)],
  };
}
