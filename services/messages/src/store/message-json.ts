import { isoTime, type RawValue } from '@vestnik/database';

/** Columns of a message `m`, undecoded, for `messageJson`; behind them stand more columns, if any. */
export const JSON_COLUMNS = `
  m.id, m.seq, m.sender_id, m.client_message_id, m.type, m.content, m.attachments, m.reply_to_id,
  case when m.has_reactions then reactions_of(m.id) end, m.created_at, m.edited_at, m.deleted_at`;

/** A row that begins with `JSON_COLUMNS`. */
export type JsonRow = [
  id: string,
  seq: string,
  senderId: string,
  clientMessageId: RawValue,
  type: string,
  content: RawValue,
  attachments: RawValue,
  replyToId: RawValue,
  reactions: RawValue,
  createdAt: string,
  editedAt: RawValue,
  deletedAt: RawValue,
  ...RawValue[],
];

/**
 * The JSON of a message, as `JSON.stringify` writes what `toMessage` makes of the same row: straight from the text that
 * Postgres sends, since a page has hundreds of values that would be read only to be written again.
 */
export function messageJson(row: JsonRow, conversationId: number, readAt: RawValue): string {
  const [id, seq, senderId, clientId, type, content, attachments, replyToId, reactions, created, edited, deleted] = row;
  return (
    `{"id":${id},"conversation_id":${conversationId},"seq":${seq},"sender_id":${senderId},` +
    `"client_message_id":${textJson(clientId)},"type":"${type}","content":${textJson(content)},` +
    `"attachments":${listJson(attachments)},"reply_to_id":${replyToId},"reactions":${listJson(reactions)},` +
    `"created_at":"${isoTime(created)}","edited_at":${timeJson(edited)},"deleted_at":${timeJson(deleted)},` +
    `"read_at":${timeJson(readAt)}}`
  );
}

/** A text as JSON; null stays null. */
export function textJson(value: RawValue): string {
  return value === null ? 'null' : JSON.stringify(value);
}

/** A `timestamptz` as JSON; null stays null. */
export function timeJson(value: RawValue): string {
  return value === null ? 'null' : `"${isoTime(value)}"`;
}

/** A list in Postgres' JSON, which may hold line breaks, in ours; null is the empty one. */
function listJson(value: RawValue): string {
  return value === null ? '[]' : JSON.stringify(JSON.parse(value));
}
