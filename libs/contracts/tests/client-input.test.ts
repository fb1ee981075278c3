import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createClientInput } from '../src/index.ts';
import { EMOJI_BYTES, LIST_LENGTH } from '../src/limits.ts';

const { socket, rest } = createClientInput({
  contentLength: 100,
  attachments: 10,
  groupSize: 10,
  syncConversations: 10,
  watchedUsers: 10,
});

describe('a reaction', () => {
  const isTaken = (emoji: string) => socket.add_reaction.safeParse({ messageId: 1, emoji }).success;

  test.each(['👍', '👍🏿', '❤️', '🇩🇪', '👨‍👩‍👧‍👦', '🏴󠁧󠁢󠁥󠁮󠁧󠁿', '👩🏽‍❤️‍💋‍👨🏿', '1️⃣'])('is one emoji: %s', (emoji) => {
    expect(isTaken(emoji)).toBe(true);
  });

  test.each([
    '',
    ' ',
    'hello',
    '1',
    '👍👍',
    '👍 ',
    '👍\n',
    '\u200b',
    '\ufe0f',
    '❤',
    '🇩',
    '🏿🏿',
    ':+1:',
    'e\u0301',
    '\u200d👍',
  ])('is nothing else, nor another spelling of it: %j', (text) => {
    expect(isTaken(text)).toBe(false);
    expect(rest.reaction.safeParse({ emoji: text }).success).toBe(false);
  });

  test('takes at most 64 bytes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 40 }), (emoji) => {
        expect(isTaken(emoji) && Buffer.byteLength(emoji) > EMOJI_BYTES).toBe(false);
      }),
    );
  });
});

describe('a text that shows nothing', () => {
  const invisible = [
    '',
    ' ',
    '\u00a0',
    '\t\n',
    '\u200b',
    '\u200d',
    '\ufeff',
    '\u2060',
    '\u00ad',
    '\u3164',
    '\u2800',
    '\ufe0f',
    '\u0001',
    '\u{e0041}',
    ' \u200b\u202e ',
  ];
  const visible = ['.', '0', '👍', '\u200bx', 'ー', '\u0301', '؀'];
  const asName = (name: string) => rest.rename.safeParse({ name }).success;
  const asMessage = (content: string) => rest.sendMessage.safeParse({ content }).success;
  const asEdit = (content: string) => rest.editMessage.safeParse({ content }).success;
  const asFirst = (message: string) => rest.createDirect.safeParse({ participantId: 1, message }).success;

  test.each(invisible)('is no name and no message: %j', (text) => {
    expect([asName, asMessage, asEdit, asFirst].map((take) => take(text))).toEqual([false, false, false, false]);
  });

  test.each(visible)('is one when it shows something: %j', (text) => {
    expect([asName, asMessage, asEdit, asFirst].map((take) => take(text))).toEqual([true, true, true, true]);
  });

  test('is taken with an attachment', () => {
    const attachment = { url: 'https://files.example.org/1', name: '', mime_type: '', size: 0 };
    expect(rest.sendMessage.safeParse({ content: ' ', attachments: [attachment] }).success).toBe(true);
  });
});

describe('a marker', () => {
  test.each([
    ['an event', socket.read_messages],
    ['a body', rest.readMessages],
  ])('names so many messages and no more: %s', (_, schema) => {
    const isTaken = (length: number) => {
      const messageIds = Array.from({ length }, (__, index) => index + 1);
      return schema.safeParse({ conversationId: 1, messageIds }).success;
    };
    expect([0, 1, LIST_LENGTH, LIST_LENGTH + 1].map(isTaken)).toEqual([false, true, true, false]);
  });
});
