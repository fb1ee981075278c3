import type { Attachment, Mentions, Message, MessageType, Reaction } from '@vestnik/contracts';
import { isoTime, isoTimeOrNull, type RawValue } from '@vestnik/database';

/** The columns of a message `m`, undecoded, in the order of `MessageRow`. */
export const MESSAGE_COLUMNS = `
  m.id, m.seq, m.version, m.sender_id, m.client_message_id, m.type, m.content, m.attachments, m.mentions, m.pinned_at,
  m.reply_to_id,
  case when m.has_reactions then reactions_of(m.id) end, m.created_at, m.edited_at, m.deleted_at`;

/** A row that begins with `MESSAGE_COLUMNS`, as Postgres writes it. */
export type MessageRow = readonly [
  id: string,
  seq: string,
  version: string,
  senderId: string,
  clientMessageId: RawValue,
  type: MessageType,
  content: RawValue,
  attachments: RawValue,
  mentions: RawValue,
  pinnedAt: RawValue,
  replyToId: RawValue,
  reactions: RawValue,
  createdAt: string,
  editedAt: RawValue,
  deletedAt: RawValue,
  ...others: RawValue[],
];

/** Characters that a message adds to its content in an answer, generously. */
const ENVELOPE_LENGTH = 500;

/**
 * Turns a row into the message that clients see. Every message that comes from the database is made here. Its JSON is made
 * by `JSON.stringify`, since writing that text straight from the row is not faster.
 */
export function toMessage(row: MessageRow, conversationId: number, readAt: RawValue): Message {
  const [
    id,
    seq,
    version,
    senderId,
    clientId,
    type,
    content,
    attachments,
    mentions,
    pinned,
    replyToId,
    reactions,
    created,
    edited,
    deleted,
  ] = row;
  return {
    id: Number(id),
    conversation_id: conversationId,
    seq: Number(seq),
    version: Number(version),
    sender_id: Number(senderId),
    client_message_id: clientId,
    type,
    content,
    attachments: listOf<Attachment>(attachments),
    mentions: mentions === null ? [] : (JSON.parse(mentions) as Mentions),
    pinned_at: isoTimeOrNull(pinned),
    reply_to_id: replyToId === null ? null : Number(replyToId),
    reactions: listOf<Reaction>(reactions),
    created_at: isoTime(created),
    edited_at: isoTimeOrNull(edited),
    deleted_at: isoTimeOrNull(deleted),
    read_at: isoTimeOrNull(readAt),
  };
}

/** Returns the characters that a message takes in an answer. */
export function rowLength([, , , , , , content, attachments, mentions, , , reactions]: MessageRow): number {
  const lists = (attachments?.length ?? 0) + (mentions?.length ?? 0) + (reactions?.length ?? 0);
  return (content?.length ?? 0) + lists + ENVELOPE_LENGTH;
}

/** Returns the id of the user who sent a message. */
export function senderOf([, , , senderId]: MessageRow): string {
  return senderId;
}

function listOf<Item>(json: RawValue): Item[] {
  return json === null ? [] : (JSON.parse(json) as Item[]);
}
