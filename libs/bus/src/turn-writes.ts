import type { Socket } from 'node:net';
import type { NatsConnection } from '@nats-io/transport-node';

/** What this needs of the client's inside, which its types hide (docs/adr/0005-libraries.md). */
interface Inside {
  protocol?: { transport?: { socket?: Socket } };
}

/**
 * Holds what is published until the end of the current turn of the event loop, so that all of it leaves in one write.
 * The client itself flushes in the next microtask, which makes a system call for each step of a chain of promises:
 * events, replies and requests that one commit brings about would each pay for their own. Nothing waits longer for it,
 * since the turn ends before anything else can run.
 */
export function writeAtEndOfTurn(connection: NatsConnection): void {
  const socket = (connection as unknown as Inside).protocol?.transport?.socket;
  if (!socket || socket.writableCorked > 0) return;
  socket.cork();
  // Ticks run when the microtasks of the turn are done.
  process.nextTick(() => socket.uncork());
}
