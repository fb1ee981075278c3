import type { Attachment, Message, MessageType, Reaction } from '@vestnik/contracts';
import { isoTime, isoTimeOrNull } from '@vestnik/database';

/** A message as a statement with `MESSAGE_COLUMNS` returns it. */
export interface MessageRow {
  id: number;
  conversation_id: number;
  seq: number;
  sender_id: number;
  client_message_id: string | null;
  type: MessageType;
  content: string | null;
  attachments: Attachment[] | null;
  reply_to_id: number | null;
  reactions: Reaction[] | null;
  created_at: string;
  edited_at: string | null;
  deleted_at: string | null;
  read_at: string | null;
}

/** The columns of a whole message, for a select from `messages m`. */
export const MESSAGE_COLUMNS = `
  m.id, m.conversation_id, m.seq, m.sender_id, m.client_message_id, m.type, m.content, m.attachments, m.reply_to_id,
  m.created_at, m.edited_at, m.deleted_at,
  case when m.has_reactions then reactions_of(m.id) end as reactions,
  (select f.read_at from first_reads f
   where f.conversation_id = m.conversation_id and f.up_to_seq >= m.seq order by f.up_to_seq limit 1) as read_at`;

/** Turns a row into the message that everybody sees. */
export function toMessage(row: MessageRow): Message {
  return {
    id: row.id,
    conversation_id: row.conversation_id,
    seq: row.seq,
    sender_id: row.sender_id,
    client_message_id: row.client_message_id,
    type: row.type,
    content: row.content,
    attachments: row.attachments ?? [],
    reply_to_id: row.reply_to_id,
    reactions: row.reactions ?? [],
    created_at: isoTime(row.created_at),
    edited_at: isoTimeOrNull(row.edited_at),
    deleted_at: isoTimeOrNull(row.deleted_at),
    read_at: isoTimeOrNull(row.read_at),
  };
}
