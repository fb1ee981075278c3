import type { Socket } from 'node:net';
import type { NatsConnection } from '@nats-io/transport-node';

/*
 * Private parts of `@nats-io/transport-node`, used here alone (docs/adr/0005-libraries.md).
 */

/** Fields of a bus connection that its types hide. */
interface Internals {
  protocol?: { transport?: { socket?: Socket } };
}

/**
 * Holds published messages until the end of the current event-loop tick, so that all of them leave in one write. The
 * client itself flushes in the next microtask. That makes a system call for each step of a chain of promises, so the
 * events, replies and requests of one commit would each pay for their own. No message leaves later for it, since nothing
 * else can run before the tick ends.
 */
export function writeAtEndOfTick(connection: NatsConnection): void {
  const socket = (connection as unknown as Internals).protocol?.transport?.socket;
  if (!socket || socket.writableCorked > 0) return;
  socket.cork();
  // Callbacks of nextTick run when the microtasks are done.
  process.nextTick(() => socket.uncork());
}
