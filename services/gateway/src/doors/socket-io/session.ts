import { randomUUID } from 'node:crypto';
import type { Identity } from '@vestnik/auth';
import { type ErrorBody, eventFrame } from '@vestnik/contracts';
import type { Socket } from 'socket.io';
import type { Reply } from '../../sessions/client-frame.ts';
import { CLOSE_CODES, type CloseCode } from '../../sessions/close-codes.ts';
import type { Session } from '../../sessions/session.ts';
import type { CloseReason, SocketCounts } from '../../sessions/socket-counts.ts';
import { backlogOf, connectionOf, type Pings } from './engine-internals.ts';
import { eventPacket } from './packets.ts';
import type { Topics } from './topics.ts';

/** A session of this door. The door reports what becomes of its connection. */
export interface SocketIoSession extends Session {
  readonly isOpen: boolean;
  /** Answers an event that Socket.IO has not parsed, by the digits of its acknowledgement. */
  acknowledge(id: string, reply: Reply): void;
  /** The connection has changed from polling to a WebSocket. */
  upgraded(): void;
  /** The connection has gone. */
  ended(reason: CloseReason): void;
}

/**
 * Codes after which coming back at once would not help, with the code of the event `error` that explains them. After that event
 * the server disconnects, and the stock client stays away. For the other codes only the transport closes, and the stock client
 * comes back by itself.
 */
const FAREWELLS: Partial<Record<CloseCode, ErrorBody['code']>> = {
  malformed: 'bad_request',
  expired: 'unauthorized',
  revoked: 'unauthorized',
  tooLarge: 'too_large',
  flooding: 'rate_limited',
};

/** Creates the session of a socket that was let in. */
export function createSession(
  socket: Socket,
  identity: Identity,
  { topics, pings, counts }: { topics: Topics; pings: Pings | undefined; counts: Pick<SocketCounts, 'closed'> },
): SocketIoSession {
  const { userId, companyId, companyRole, expiresAt, issuedAt, fingerprints } = identity;
  const connection = connectionOf(socket);
  const joined = new Set<string>();
  let isOpen = true;

  const session: SocketIoSession = {
    id: randomUUID(),
    userId,
    companyId,
    companyRole,
    expiresAt,
    issuedAt,
    fingerprints,
    get isOpen() {
      return isOpen;
    },
    send(frame) {
      if (isOpen) connection.write(eventPacket(frame));
    },
    // Engine.IO itself writes at the end of the tick.
    sendSoon: (frame) => session.send(frame),
    join(topic) {
      if (!isOpen) return;
      joined.add(topic);
      topics.join(connection, topic);
    },
    leave(topic) {
      if (isOpen && joined.delete(topic)) topics.leave(connection, topic);
    },
    isIn: (topic) => isOpen && joined.has(topic),
    liveSince: 0,
    liveUntil: Number.POSITIVE_INFINITY,
    budget: undefined,
    answeredAt: 0,
    actedAt: Date.now(),
    isIdle: false,
    askForAnswer(time) {
      if (isOpen) pings?.send(time);
    },
    backlog: () => (isOpen ? backlogOf(connection) : 0),
    close(name) {
      if (!isOpen) return;
      const code = FAREWELLS[name];
      if (code) session.send(eventFrame('error', { code, message: CLOSE_CODES[name].reason }));
      session.ended(name);
      if (code) socket.disconnect(true);
      // A client that does not read its backlog would not read the rest either.
      else connection.close(name === 'tooSlow');
    },
    acknowledge(id, reply) {
      if (isOpen) connection.write(`3${id}[${JSON.stringify(reply)}]`);
    },
    upgraded() {
      if (isOpen) topics.upgrade(connection, joined);
    },
    ended(reason) {
      if (!isOpen) return;
      isOpen = false;
      counts.closed(reason);
      topics.drop(connection, joined);
      joined.clear();
    },
  };
  return session;
}
