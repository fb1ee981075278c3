import type { Message } from '@vestnik/contracts';

/** Characters of content in one answer; the bus carries 8 MB, and one character takes at most 6 bytes in JSON. */
export const MAX_LENGTH = 500_000;
/** What a message adds to its content, generously. */
export const ENVELOPE_LENGTH = 500;
const ATTACHMENT_LENGTH = 6_000;
/** What a reaction adds, and everybody who made it: characters that take one byte. */
const REACTION_LENGTH = 20;
const REACTING_LENGTH = 3;

/** What of a list is not too large to carry, its length, and whether it is not all of it. */
export interface Cut<Item> {
  kept: Item[];
  length: number;
  cut: boolean;
}

/** Cuts a list that would be too large to carry, after one item at least. */
export function cutToLength<Item>(items: Item[], lengthOf: (item: Item) => number, maxLength: number): Cut<Item> {
  let length = 0;
  for (const [index, item] of items.entries()) {
    const own = lengthOf(item);
    if (index > 0 && length + own > maxLength) return { kept: items.slice(0, index), length, cut: true };
    length += own;
  }
  return { kept: items, length, cut: false };
}

/** Cuts messages that would be too large to carry, after one at least. */
export function cutMessages(messages: Message[], maxLength = MAX_LENGTH): Cut<Message> {
  return cutToLength(messages, messageLength, maxLength);
}

function messageLength({ content, attachments, reactions }: Message): number {
  const reacting = reactions.reduce((sum, { user_ids }) => sum + user_ids.length, 0);
  return (
    (content?.length ?? 0) +
    ENVELOPE_LENGTH +
    attachments.length * ATTACHMENT_LENGTH +
    reactions.length * REACTION_LENGTH +
    reacting * REACTING_LENGTH
  );
}
