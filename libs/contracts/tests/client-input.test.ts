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

  test('is bound by its bytes and not by its characters', () => {
    const longest = '👍'.repeat(EMOJI_BYTES / 4);
    expect([isTaken(longest), isTaken(`${longest}x`)]).toEqual([true, false]);
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 }), (emoji) => {
        expect(isTaken(emoji)).toBe(Buffer.byteLength(emoji) <= EMOJI_BYTES);
      }),
    );
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
