import type { Message } from '@vestnik/contracts';
import type { ReconnectingClient } from './reconnecting-client.ts';

/** A message that was acknowledged, with what was sent. */
export interface Acknowledged {
  clientMessageId: string;
  conversationId: number;
  senderId: number;
  /** As it was sent or last edited; null once it was deleted. */
  content: string | null;
  message: Message;
  /** When it was first sent, and when it was acknowledged: `performance.now()`. */
  startedAt: number;
  acknowledgedAt: number;
}

/** The record of what clients sent and what was acknowledged. The system is judged against it. */
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

/**
 * Sends one message until it is acknowledged and notes it. `clientMessageId` must be new, or have been sent first at
 * `startedAt`: it may have been stored from then on.
 */
export async function sendAndNote(
  ledger: Ledger,
  client: ReconnectingClient,
  message: { conversationId: number; clientMessageId: string; content: string },
  startedAt = performance.now(),
): Promise<Acknowledged> {
  const { conversationId, clientMessageId, content } = message;
  const stored = await client.send(conversationId, clientMessageId, content);
  const acknowledged: Acknowledged = {
    ...message,
    senderId: client.userId,
    message: stored,
    startedAt,
    acknowledgedAt: performance.now(),
  };
  ledger.acknowledged.push(acknowledged);
  noteMarker(ledger, client.userId, conversationId, stored.seq);
  return acknowledged;
}

/** Edits an acknowledged message of a client, and notes its new wording. */
export async function editAndNote(client: ReconnectingClient, sent: Acknowledged, content: string): Promise<void> {
  await client.ask('edit_message', { messageId: sent.message.id, content });
  sent.content = content;
}

/** Deletes an acknowledged message of a client, and notes that. */
export async function deleteAndNote(client: ReconnectingClient, sent: Acknowledged): Promise<void> {
  await client.ask('delete_message', { messageId: sent.message.id });
  sent.content = null;
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

/** Where a user's marker must be; 0 before the user has written or read anything. */
export function markerOf(ledger: Ledger, userId: number, conversationId: number): number {
  return ledger.markers.get(userId)?.get(conversationId) ?? 0;
}

/** The head of every conversation as far as messages were acknowledged. */
export function headsOf(ledger: Ledger): Map<number, number> {
  const heads = new Map<number, number>();
  for (const { conversationId, message } of ledger.acknowledged) {
    heads.set(conversationId, Math.max(message.seq, heads.get(conversationId) ?? 0));
  }
  return heads;
}
