import { type IndexedMessage, toIndexText } from './index-text.ts';

/** A message as the index reads it; a tombstone has its place alone. */
export interface SourceMessage {
  seq: number;
  id: number;
  createdAt: string;
  /** Undefined for a tombstone, and for a message without text. */
  indexed: IndexedMessage | undefined;
}

/** A range of messages of one conversation, ready for the index. */
export interface IndexRange {
  first_seq: number;
  last_seq: number;
  first_id: number;
  last_id: number;
  first_at: string;
  last_at: string;
  index_text: string;
}

/**
 * A block closes with so many messages, or with so many characters of text. Larger blocks make a smaller index, and have a
 * search read more messages that do not fit.
 */
export const BLOCK_MESSAGES = 128;
const BLOCK_LENGTH = 8_000;

/** Returns the characters of text in messages. */
export function lengthOf(messages: readonly SourceMessage[]): number {
  return messages.reduce((length, { indexed }) => length + (indexed?.content.length ?? 0), 0);
}

/** Returns whether messages fill a block at least. */
export function fillBlock(messages: number, length: number): boolean {
  return messages >= BLOCK_MESSAGES || length >= BLOCK_LENGTH;
}

/** Cuts messages that follow each other into full blocks, and the rest. */
export function cutBlocks(messages: readonly SourceMessage[]): { blocks: SourceMessage[][]; rest: SourceMessage[] } {
  const blocks: SourceMessage[][] = [];
  let rest: SourceMessage[] = [];
  let length = 0;
  for (const message of messages) {
    rest.push(message);
    length += lengthOf([message]);
    if (fillBlock(rest.length, length)) {
      blocks.push(rest);
      rest = [];
      length = 0;
    }
  }
  return { blocks, rest };
}

/** Makes the range of messages that follow each other; undefined for none. */
export function toRange(messages: readonly SourceMessage[]): IndexRange | undefined {
  const [first, last] = [messages[0], messages.at(-1)];
  if (!first || !last) return undefined;
  return {
    first_seq: first.seq,
    last_seq: last.seq,
    first_id: first.id,
    last_id: last.id,
    first_at: first.createdAt,
    last_at: last.createdAt,
    index_text: toIndexText(messages.flatMap(({ indexed }) => indexed ?? [])),
  };
}
