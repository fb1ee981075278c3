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

/** So many tails of a size become one. */
const TAILS_OF_A_SIZE = 4;

/**
 * Returns how many of the newest tails of a conversation become one with added messages. A conversation keeps three tails of
 * each power of four at most. So a search reads about ten of them, and each message is written in four tails at most.
 *
 * @param sizes messages in each tail, the oldest first
 */
export function countMergedTails(sizes: readonly number[], added: number): number {
  let count = 0;
  let size = added;
  for (;;) {
    const end = sizes.length - count;
    const peers = sizes.slice(Math.max(0, end - TAILS_OF_A_SIZE + 1), end);
    if (peers.length < TAILS_OF_A_SIZE - 1 || peers.some((peer) => powerOf(peer) > powerOf(size))) return count;
    count += peers.length;
    size += peers.reduce((sum, peer) => sum + peer, 0);
  }
}

function powerOf(messages: number): number {
  return Math.floor(Math.log2(messages) / Math.log2(TAILS_OF_A_SIZE));
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
