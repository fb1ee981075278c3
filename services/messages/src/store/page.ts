import type { Message } from '@vestnik/contracts';

/** Characters of content in one answer; the bus carries 8 MB, and one character takes at most 6 bytes in JSON. */
export const MAX_LENGTH = 500_000;
/** What a message adds to its content, generously. */
export const ENVELOPE_LENGTH = 500;
const ATTACHMENT_LENGTH = 6_000;
/** What a reaction adds, and everybody who made it: characters that take one byte. */
const REACTION_LENGTH = 20;
const REACTING_LENGTH = 3;

/** Cuts a page that would be too large to carry, after one message at least; `cut` says whether it did. */
export function cutToSize(
  messages: Message[],
  maxLength = MAX_LENGTH,
): { messages: Message[]; length: number; cut: boolean } {
  let length = 0;
  for (let index = 0; index < messages.length; index += 1) {
    const { content, attachments, reactions } = messages[index] as Message;
    const reacting = reactions.reduce((sum, { user_ids }) => sum + user_ids.length, 0);
    const own =
      (content?.length ?? 0) +
      ENVELOPE_LENGTH +
      attachments.length * ATTACHMENT_LENGTH +
      reactions.length * REACTION_LENGTH +
      reacting * REACTING_LENGTH;
    if (index > 0 && length + own > maxLength) return { messages: messages.slice(0, index), length, cut: true };
    length += own;
  }
  return { messages, length, cut: false };
}
