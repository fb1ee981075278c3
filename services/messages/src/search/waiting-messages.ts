import type { Message } from '@vestnik/contracts';
import { BLOCK_MESSAGES } from '../domain/search/ranges.ts';
import type { IndexAsk } from './index-ranges.ts';

/** Stored messages that this process has not brought into the search index yet. */
export interface WaitingMessages {
  /** Adds messages that were just stored. */
  add(messages: readonly Message[]): void;
  /**
   * Takes out the conversations that have waited long enough, the oldest first: those that fill a block, and those whose first
   * message has waited for `MAX_WAIT_MS`. Together they have `maxMessages` messages or one conversation.
   */
  takeDue(maxMessages: number): IndexAsk[];
  /** Puts conversations back that are not in the index as far as they should be. */
  putBack(asks: readonly IndexAsk[]): void;
}

/**
 * Milliseconds that a message waits for others of its conversation. A message that comes into the index in a full block is
 * written once, and alone it is written twice. A search reads the messages that wait from their table.
 */
const MAX_WAIT_MS = 2_000;

interface Waiting {
  count: number;
  upToSeq: number;
  since: number;
}

/** Creates an empty list of messages that wait for the index. */
export function createWaitingMessages(): WaitingMessages {
  /** By conversation, in the order of their first messages. */
  const waiting = new Map<number, Waiting>();

  function note(conversationId: number, seq: number, count: number, since: number): void {
    const known = waiting.get(conversationId);
    if (!known) {
      waiting.set(conversationId, { count, upToSeq: seq, since });
      return;
    }
    known.count += count;
    known.upToSeq = Math.max(known.upToSeq, seq);
  }

  return {
    add(messages) {
      const now = performance.now();
      for (const { conversation_id, seq } of messages) note(conversation_id, seq, 1, now);
    },
    takeDue(maxMessages) {
      const latest = performance.now() - MAX_WAIT_MS;
      const asks: IndexAsk[] = [];
      let messages = 0;
      for (const [conversation_id, { count, upToSeq, since }] of waiting) {
        if (count < BLOCK_MESSAGES && since > latest) continue;
        if (messages > 0 && messages + count > maxMessages) break;
        messages += count;
        asks.push({ conversation_id, up_to_seq: upToSeq });
        waiting.delete(conversation_id);
      }
      return asks;
    },
    putBack(asks) {
      for (const { conversation_id, up_to_seq } of asks) note(conversation_id, up_to_seq, BLOCK_MESSAGES, 0);
    },
  };
}
