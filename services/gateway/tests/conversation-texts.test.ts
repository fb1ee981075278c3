import { expect, test } from '@jest/globals';
import { createConversationTexts } from '../src/upstream/conversation-texts.ts';

test('a text is found in its own version alone', () => {
  const texts = createConversationTexts(100);
  texts.put({ id: 1, version: 2 }, 'two');
  expect([texts.get(1, 1), texts.get(1, 2), texts.get(1, 3), texts.get(2, 2)]).toEqual([
    undefined,
    'two',
    undefined,
    undefined,
  ]);
  texts.put({ id: 1, version: 3 }, 'three');
  expect([texts.get(1, 2), texts.get(1, 3)]).toEqual([undefined, 'three']);
});

test('beyond the capacity the least recently used texts make room, and a text beyond all of it is not held', () => {
  const texts = createConversationTexts(10);
  for (const id of [1, 2]) texts.put({ id, version: 1 }, 'x'.repeat(5));
  expect(texts.get(1, 1)).toBeDefined();
  texts.put({ id: 3, version: 1 }, 'x'.repeat(5));
  expect([1, 2, 3].map((id) => texts.get(id, 1) !== undefined)).toEqual([true, false, true]);
  texts.put({ id: 4, version: 1 }, 'x'.repeat(11));
  expect([1, 3, 4].map((id) => texts.get(id, 1) !== undefined)).toEqual([true, true, false]);
});
