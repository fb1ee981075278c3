import type { RefusalReason, Send } from '@vestnik/contracts';
import { type Statement, writeStatement } from '@vestnik/database';

/** A marker that moved since its user answered: everything up to `up_to_seq` is read. */
export interface Reading {
  conversation_id: number;
  user_id: number;
  up_to_seq: number;
  /** As in the history. */
  read_at: string;
}

/** The answer of the database for one send. */
export interface StoreRow {
  /** `one_by_one`: the send has to be stored by `oneByOneCall`. */
  outcome:
    | 'stored'
    | 'known'
    | 'conflict'
    | 'stranger'
    | 'bad_reply'
    | 'no_reply'
    | 'bad_mention'
    | 'one_by_one'
    | RefusalReason;
  message_id: number | null;
  message_seq: number | null;
  conversation_version: number | null;
  stored_at: string;
  outbox_id: number | null;
  /** The readings of all sends of the call that have the same `outbox_id`, in the first row. */
  readings: Reading[] | null;
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
    mentions: string | null,
    marksRead: boolean,
  ]
>('store-message', 'select * from store_message($1, $2, $3, $4, $5, $6::json, $7, $8::json, $9)');

/** Stores any number of sends that move their senders' markers; they are JSON in the shape of `Send`. */
const storeMessages = writeStatement<StoreRow, [conversationIds: readonly number[], sends: string]>(
  'store-messages',
  'select * from store_messages($1::bigint[], $2::json)',
);

/** Stores any number of sends, each by the steps of a single one. */
const storeOneByOne = writeStatement<StoreRow, [conversationIds: readonly number[], sends: string]>(
  'store-one-by-one',
  'select * from store_one_by_one($1::bigint[], $2::json)',
);

/** Returns the call that stores sends in one transaction. One send alone goes the shorter way. */
export function storeCall(sends: readonly Send[]): StoreCall {
  const [first] = sends;
  return first && sends.length === 1 ? singleCall(first) : batchCall(sends);
}

/** Returns the call that stores one send. */
export function singleCall(send: Send): StoreCall {
  const { conversation_id, sender_id, client_message_id, type, content, attachments, reply_to_id, marks_read } = send;
  const files = attachments.length === 0 ? null : JSON.stringify(attachments);
  const mentions = send.mentions.length === 0 ? null : JSON.stringify(send.mentions);
  return {
    statement: storeMessage,
    values: [conversation_id, sender_id, client_message_id, type, content, files, reply_to_id, mentions, marks_read],
  };
}

/** Returns the call that stores any number of sends, none of them automatic. */
export function batchCall(sends: readonly Send[]): StoreCall {
  return { statement: storeMessages, values: batchValues(sends) };
}

/** Returns the call that stores any number of sends, automatic ones too. It costs more. */
export function oneByOneCall(sends: readonly Send[]): StoreCall {
  return { statement: storeOneByOne, values: batchValues(sends) };
}

function batchValues(sends: readonly Send[]): [conversationIds: number[], sends: string] {
  return [[...new Set(sends.map((send) => send.conversation_id))], JSON.stringify(sends.map(toRow))];
}

/** Postgres keeps null for none: most messages have neither attachments nor mentions. */
function toRow({ session_id: _, company_id: __, attachments, mentions, ...send }: Send) {
  return {
    ...send,
    attachments: attachments.length === 0 ? null : attachments,
    mentions: mentions.length === 0 ? null : mentions,
  };
}
