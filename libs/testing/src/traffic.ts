import { setTimeout as delay } from 'node:timers/promises';
import type { SeenMessage } from './holdings.ts';
import type { ReconnectingClient } from './reconnecting-client.ts';

/** A conversation with everybody who is in it. */
export interface PlayedConversation {
  id: number;
  members: readonly ReconnectingClient[];
}

/** A message that was acknowledged, with what was sent. */
export interface Acknowledged {
  clientMessageId: string;
  conversationId: number;
  senderId: number;
  content: string;
  message: SeenMessage;
  /** When it was first sent, and when it was acknowledged: `performance.now()`. */
  startedAt: number;
  acknowledgedAt: number;
}

/** What clients did and were told, against which the system is judged. */
export interface Ledger {
  /** In the order of the acknowledgements. */
  acknowledged: Acknowledged[];
  /** Where each user's marker must be, by conversation: behind own messages and what was acknowledged as read. */
  markers: Map<number, Map<number, number>>;
}

/** Creates an empty ledger. */
export function createLedger(): Ledger {
  return { acknowledged: [], markers: new Map() };
}

/** Sends one message until it is acknowledged and notes it. `clientMessageId` must be new. */
export async function sendAndNote(
  ledger: Ledger,
  client: ReconnectingClient,
  message: { conversationId: number; clientMessageId: string; content: string },
): Promise<void> {
  const { conversationId, clientMessageId, content } = message;
  const startedAt = performance.now();
  const stored = await client.send(conversationId, clientMessageId, content);
  ledger.acknowledged.push({
    ...message,
    senderId: client.userId,
    message: stored,
    startedAt,
    acknowledgedAt: performance.now(),
  });
  noteMarker(ledger, client.userId, conversationId, stored.seq);
}

/** Reads everything that a client holds of a conversation and notes where its marker is then. */
export async function readAndNote(ledger: Ledger, client: ReconnectingClient, conversationId: number): Promise<void> {
  const upToSeq = client.holdings.upTo(conversationId);
  if (upToSeq === 0) return;
  const { up_to_seq } = (await client.ask('read_messages', { conversationId, upToSeq })) as { up_to_seq: number };
  noteMarker(ledger, client.userId, conversationId, up_to_seq);
}

function noteMarker(ledger: Ledger, userId: number, conversationId: number, seq: number): void {
  let own = ledger.markers.get(userId);
  if (!own) {
    own = new Map();
    ledger.markers.set(userId, own);
  }
  own.set(conversationId, Math.max(seq, own.get(conversationId) ?? 0));
}

/** Messages that go on being sent. */
export interface Traffic {
  /** Sends no more and resolves when everything is acknowledged. */
  stop(): Promise<void>;
}

/** One message in so many is followed by a read marker. */
const READ_EVERY = 4;

/**
 * Has everybody in the conversations write there, each one message at a time, about every `everyMs`, and read now and
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
  const all = Promise.all(writing);
  all.catch(() => undefined);
  return {
    async stop() {
      stopping.abort();
      await all;
    },
  };
}
