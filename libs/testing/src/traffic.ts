import { setTimeout as delay } from 'node:timers/promises';
import { type Ledger, readAndNote, sendAndNote } from './ledger.ts';
import type { PlayedConversation } from './played-conversation.ts';
import type { ReconnectingClient } from './reconnecting-client.ts';

/** Messages that go on being sent. */
export interface Traffic {
  /** Rejects as soon as a message is refused for good, and resolves with the stop. */
  readonly ended: Promise<void>;
  /** Sends no more and resolves when everything is acknowledged. */
  stop(): Promise<void>;
}

/** One message in so many is followed by a read marker. */
const READ_EVERY = 4;

/**
 * Has every participant write in the conversations, one message at a time, about every `everyMs`, and read now and
 * then, until stopped.
 */
export function startTraffic(ledger: Ledger, conversations: readonly PlayedConversation[], everyMs: number): Traffic {
  const name = Math.random().toString(36).slice(2, 8);
  const stopping = new AbortController();

  async function write(client: ReconnectingClient, conversationId: number): Promise<void> {
    for (let count = 1; !stopping.signal.aborted; count += 1) {
      const clientMessageId = `${name}-${conversationId}-${client.userId}-${count}`;
      await sendAndNote(ledger, client, { conversationId, clientMessageId, content: `text of ${clientMessageId}` });
      if (count % READ_EVERY === 0) await readAndNote(ledger, client, conversationId);
      await delay(everyMs * (0.5 + Math.random()), undefined, { signal: stopping.signal }).catch(() => undefined);
    }
  }

  const writing = conversations.flatMap(({ id, members }) => members.map((client) => write(client, id)));
  const all = Promise.all(writing).then(() => undefined);
  all.catch(() => undefined);
  return {
    ended: all,
    async stop() {
      stopping.abort();
      await all;
    },
  };
}
