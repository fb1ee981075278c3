import type { ClientEvent, ContentLimits } from '@vestnik/contracts';
import { createClientInput } from '@vestnik/contracts';
import type { z } from 'zod';
import { answers } from './answers.ts';

/** An event that a client may send, described for clients. */
export interface ClientEventDescription {
  summary: string;
  data: z.ZodType;
  example: object;
  /** The data of the reply. */
  reply: z.ZodType;
  /** The reply to data of another kind, and its name. */
  otherReply?: { name: string; data: z.ZodType };
}

/** Every event that a client may send. The limits of the process stand in the schemas. */
export function createClientEvents(limits: ContentLimits): Record<ClientEvent, ClientEventDescription> {
  const input = createClientInput(limits).socket;
  const message = { messageId: 1 };
  return {
    send_message: {
      summary: 'Send a message',
      data: input.send_message,
      example: { conversationId: 1, content: 'Good morning', clientMessageId: 'b7f3a1' },
      reply: answers.message,
    },
    typing: {
      summary: 'Say that the user types, or no longer types',
      data: input.typing,
      example: { conversationId: 1, isTyping: true },
      reply: answers.nothing,
    },
    read_messages: {
      summary: 'Mark messages as read',
      data: input.read_messages,
      example: { conversationId: 1, upToSeq: 1 },
      reply: answers.marker,
    },
    edit_message: {
      summary: 'Edit a message of the user',
      data: input.edit_message,
      example: { ...message, content: 'Good evening' },
      reply: answers.message,
    },
    delete_message: {
      summary: 'Delete a message of the user',
      data: input.delete_message,
      example: message,
      reply: answers.message,
    },
    pin_message: {
      summary: 'Pin a message in its conversation',
      data: input.pin_message,
      example: message,
      reply: answers.message,
    },
    unpin_message: {
      summary: 'Remove the pin of a message',
      data: input.unpin_message,
      example: message,
      reply: answers.message,
    },
    add_reaction: {
      summary: 'React to a message with an emoji',
      data: input.add_reaction,
      example: { ...message, emoji: '👍' },
      reply: answers.reactions,
    },
    remove_reaction: {
      summary: 'Take a reaction back',
      data: input.remove_reaction,
      example: { ...message, emoji: '👍' },
      reply: answers.reactions,
    },
    sync: {
      summary: 'Bring the account up to date by its cursor; or get the messages behind those of named conversations',
      data: input.sync,
      example: { conversations: [{ id: 1, afterSeq: 0 }] },
      reply: answers.synced,
      otherReply: { name: 'sync_account_reply', data: answers.account },
    },
    set_activity: {
      summary: 'Say that the user acts at this socket, or does not; an idle socket holds no pushes back',
      data: input.set_activity,
      example: { state: 'idle' },
      reply: answers.nothing,
    },
    watch_presence: {
      summary: 'Get who is online',
      data: input.watch_presence,
      example: { userIds: [8, 9] },
      reply: answers.statuses,
    },
    refresh_token: {
      summary: 'Give the session a new token before its own expires',
      data: input.refresh_token,
      example: { token: '<a new token of the same user>' },
      reply: answers.expiry,
    },
  };
}
