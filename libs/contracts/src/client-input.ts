import { z } from 'zod';
import { type ContentLimits, EMOJI_BYTES, LIST_LENGTH, NAME_LENGTH } from './limits.ts';
import { MESSAGE_TYPES } from './model.ts';
import { id, mentions, seq, text, textUpTo } from './primitives.ts';
import { isEmoji, isVisible } from './visible-text.ts';

/** `clientMessageId`: 1 to 64 characters that the client chooses. It makes a send of this sender idempotent. */
const clientMessageId = textUpTo(64).min(1);

const ids = z.array(id).min(1).max(LIST_LENGTH);

const attachment = z.object({
  url: text.min(1).max(4_096),
  name: text.max(1_024),
  mime_type: text.max(255),
  size: z.int().nonnegative(),
});

const hasBody = (value: { content?: string | undefined; attachments: unknown[] }) =>
  (value.content !== undefined && isVisible(value.content)) || value.attachments.length > 0;

/** A number of things that a client wants. More than there may be is served as the most. */
const countFrom = (least: number) =>
  z.int().refine((value) => value >= least, { error: `must be at least ${least}`, params: { shape: true } });

/**
 * Everything that a client may send, as schemas: the data of socket events and the bodies of REST routes. They are
 * built once, from the limits of the process, because content, attachments and group sizes are settings.
 */
export function createClientInput(limits: ContentLimits) {
  const content = textUpTo(limits.contentLength);
  const visibleContent = content.refine(isVisible, 'must show something');
  const messageBody = {
    content: content.optional(),
    type: z.enum(MESSAGE_TYPES).default('text'),
    attachments: z.array(attachment).max(limits.attachments).default([]),
    clientMessageId: clientMessageId.optional(),
    replyToId: id.optional(),
    mentions: mentions.optional(),
    marksRead: z.boolean().optional(),
  };
  const bodyRule = { path: ['content'], error: 'a message needs visible content or an attachment' };
  const name = textUpTo(NAME_LENGTH).refine(isVisible, 'must be 1 to 200 characters, and show something');
  const participantIds = z.array(id).min(1).max(limits.groupSize);
  const firstMessage = z.union([
    visibleContent.transform((value) => ({ content: value, type: 'text' as const, attachments: [] })),
    z.object(messageBody).refine(hasBody, bodyRule),
  ]);
  const marker = { messageIds: ids.optional(), upToSeq: seq.optional() };
  const oneMarker = (value: { messageIds?: unknown; upToSeq?: unknown }) =>
    (value.messageIds === undefined) !== (value.upToSeq === undefined);
  const markerRule = { error: 'give either messageIds or upToSeq', params: { shape: true } };
  const places = z.array(z.object({ id, afterSeq: seq })).max(Math.min(limits.syncConversations, LIST_LENGTH));
  const emoji = text.refine(isEmoji, `must be one emoji of at most ${EMOJI_BYTES} bytes`);

  return {
    socket: {
      send_message: z.object({ conversationId: id, ...messageBody }).refine(hasBody, bodyRule),
      typing: z.object({ conversationId: id, isTyping: z.boolean() }),
      read_messages: z.object({ conversationId: id, ...marker }).refine(oneMarker, markerRule),
      edit_message: z.object({ messageId: id, content: visibleContent }),
      delete_message: z.object({ messageId: id }),
      pin_message: z.object({ messageId: id }),
      unpin_message: z.object({ messageId: id }),
      add_reaction: z.object({ messageId: id, emoji }),
      remove_reaction: z.object({ messageId: id, emoji }),
      sync: z
        .object({
          conversations: places.optional(),
          cursor: z.string().optional(),
          limit: countFrom(1).optional(),
          messagesPerConversation: countFrom(0).optional(),
        })
        .refine(({ conversations, cursor }) => conversations === undefined || cursor === undefined, {
          path: ['cursor'],
          error: 'give either conversations or cursor',
          params: { shape: true },
        }),
      set_activity: z.object({ state: z.enum(['active', 'idle']) }),
      watch_presence: z.object({ userIds: z.array(id).max(Math.min(limits.watchedUsers, LIST_LENGTH)) }),
      refresh_token: z.object({ token: z.string().min(1) }),
    },
    rest: {
      /** The emoji in the path of a reaction. */
      reaction: z.object({ emoji }),
      createDirect: z.object({
        type: z.literal('direct').optional(),
        participantId: id,
        message: firstMessage.optional(),
      }),
      createGroup: z.object({ type: z.literal('group'), name, participantIds, message: firstMessage.optional() }),
      rename: z.object({ name }),
      addParticipants: z.object({ participantIds }),
      sendMessage: z.object(messageBody).refine(hasBody, bodyRule),
      readMessages: z.object(marker).refine(oneMarker, markerRule),
      editMessage: z.object({ content: visibleContent }),
    },
  };
}

/** The schemas of everything that a client may send. */
export type ClientInput = ReturnType<typeof createClientInput>;
/** A message as a client writes it, validated. */
export type SendInput = z.output<ClientInput['rest']['sendMessage']>;
/** The name of an event that a client may send. */
export type ClientEvent = keyof ClientInput['socket'];
/** The validated data of one client event. */
export type ClientEventData<Event extends ClientEvent> = z.output<ClientInput['socket'][Event]>;
