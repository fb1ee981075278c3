import type { Excerpt } from '@vestnik/contracts';

/** Characters of a message that a push shows: graphemes, as people count them. */
const BODY_LENGTH = 100;

/** The body of a push, as the public contract names its parts. */
export interface PushBody {
  type: 'new_message';
  title: 'Новое сообщение';
  /** The first 100 characters of the message; empty when it has no text. */
  body: string;
  data: { conversationId: number; messageId: number };
}

/** Returns the body of the push of a message. */
export function pushBody(conversationId: number, excerpt: Excerpt, excerptLength: number): PushBody {
  return {
    type: 'new_message',
    title: 'Новое сообщение',
    body: firstCharacters(excerpt.text, excerptLength),
    data: { conversationId, messageId: excerpt.message_id },
  };
}

const segmenter = new Intl.Segmenter('und', { granularity: 'grapheme' });

/**
 * Returns the first 100 characters of a text, each of them whole: a flag, a family or a letter with its accents is one
 * character.
 *
 * @param cutAt code points at which the text may have been cut. The character at the cut may be incomplete: the result
 *   leaves it out, unless it is the only one.
 */
export function firstCharacters(text: string, cutAt: number): string {
  const ends: number[] = [];
  for (const { index, segment } of segmenter.segment(text)) {
    ends.push(index + segment.length);
    if (ends.length > BODY_LENGTH) break;
  }
  if (ends.length > BODY_LENGTH) return text.slice(0, ends[BODY_LENGTH - 1]);
  const isCut = ends.length > 1 && text.length >= cutAt && [...text].length >= cutAt;
  return isCut ? text.slice(0, ends.at(-2)) : text;
}
