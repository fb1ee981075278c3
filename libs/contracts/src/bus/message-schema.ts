import { z } from 'zod';
import { MESSAGE_TYPES, type Message } from '../model.ts';
import { id, isoTime, mentions, seq, text, version } from '../primitives.ts';

/** A whole message on the bus. Fields that a later release adds to it pass. */
export const messageSchema: z.ZodType<Message, Message> = z.looseObject({
  id,
  conversation_id: id,
  seq,
  version,
  sender_id: id,
  client_message_id: text.nullable(),
  type: z.enum(MESSAGE_TYPES),
  content: text.nullable(),
  attachments: z.array(z.looseObject({ url: text, name: text, mime_type: text, size: z.int() })),
  mentions,
  pinned_at: isoTime.nullable(),
  reply_to_id: id.nullable(),
  reactions: z.array(z.looseObject({ emoji: text, user_ids: z.array(id) })),
  created_at: isoTime,
  edited_at: isoTime.nullable(),
  deleted_at: isoTime.nullable(),
  read_at: isoTime.nullable(),
});
