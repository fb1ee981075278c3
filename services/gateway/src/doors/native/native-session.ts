import { randomUUID } from 'node:crypto';
import type { WebSocket } from '@uwsjs/core';
import type { CompanyRole } from '@vestnik/contracts';
import type { LagBudget, Publisher } from '../../rooms/subscriber.ts';
import { type TopicActivity, TopicHolder } from '../../rooms/topic-activity.ts';
import { CLOSE_CODES, type CloseCode } from '../../sessions/close-codes.ts';
import type { Session, SessionToken } from '../../sessions/session.ts';
import type { SocketCounts } from '../../sessions/socket-counts.ts';

/** Sends what sessions hold back until the end of the event-loop tick. */
export interface TickEnd {
  add(session: NativeSession): void;
}

/** The parts that all sessions of the native door share. */
export interface Shared {
  readonly publisher: Publisher;
  readonly topicActivity: TopicActivity;
  readonly tickEnd: TickEnd;
  readonly counts: Pick<SocketCounts, 'closed'>;
}

/** A session of the native door. A class, because each closure of an object would take memory for every socket. */
export class NativeSession extends TopicHolder implements Session {
  readonly id = randomUUID();
  readonly userId: number;
  readonly companyId: number;
  companyRole: CompanyRole | undefined;
  expiresAt: number;
  issuedAt: number;
  fingerprints: readonly string[];
  liveSince = 0;
  liveUntil = Number.POSITIVE_INFINITY;
  answeredAt = 0;
  actedAt = Date.now();
  isIdle = false;
  budget: LagBudget | undefined = undefined;
  readonly #shared: Shared;
  /** Undefined once the socket is closed: uWebSockets throws on any use of a closed socket. */
  #socket: WebSocket<unknown> | undefined;
  /** The frames that leave at the end of the tick. */
  #waiting: (string | Uint8Array)[] | undefined;
  /** The topic of its replies, while the session is subscribed to it. */
  #ownTopic: string | undefined;
  /** Why the gateway closes the socket. */
  #closing: CloseCode | undefined;

  constructor(
    socket: WebSocket<unknown>,
    { userId, companyId, companyRole, expiresAt, issuedAt, fingerprints }: SessionToken,
    shared: Shared,
  ) {
    super(shared.topicActivity);
    this.userId = userId;
    this.companyId = companyId;
    this.companyRole = companyRole;
    this.expiresAt = expiresAt;
    this.issuedAt = issuedAt;
    this.fingerprints = fingerprints;
    this.#shared = shared;
    this.#socket = socket;
    this.#waiting = undefined;
    this.#ownTopic = undefined;
    this.#closing = undefined;
  }

  /**
   * Answers a frame of the client. The replies to an active client go through a topic of its own: uWebSockets puts all that
   * one tick publishes to a socket into one write. So a message and the reply to its sender leave together.
   */
  reply(frame: string): void {
    if (!this.#socket) return;
    if (!this.noteActivity()) {
      this.send(frame);
      return;
    }
    if (this.#ownTopic === undefined) {
      this.#ownTopic = `s${this.id}`;
      this.join(this.#ownTopic);
    }
    this.#shared.publisher.publish(this.#ownTopic, frame);
  }

  send(frame: string | Uint8Array): void {
    this.#socket?.send(frame);
  }

  sendSoon(frame: string | Uint8Array): void {
    if (this.#waiting) {
      this.#waiting.push(frame);
      return;
    }
    this.#waiting = [frame];
    this.#shared.tickEnd.add(this);
  }

  /** Sends the waiting frames in one write, together with those that were published to the socket in this tick. */
  sendWaiting(): void {
    const frames = this.#waiting ?? [];
    this.#waiting = undefined;
    for (let next = 0; this.#socket && next < frames.length; ) next = writeSome(this.#socket, frames, next);
  }

  join(topic: string): void {
    this.#socket?.subscribe(topic);
  }

  leave(topic: string): void {
    this.#socket?.unsubscribe(topic);
  }

  isIn(topic: string): boolean {
    return this.#socket?.isSubscribed(topic) ?? false;
  }

  backlog(): number {
    return this.#socket?.getBufferedAmount() ?? 0;
  }

  /** The client answers with a pong of the same content. */
  askForAnswer(time: number): void {
    this.#socket?.ping(String(time));
  }

  close(name: CloseCode): void {
    this.#closing ??= name;
    this.sendWaiting();
    const { code, reason } = CLOSE_CODES[name];
    this.#socket?.end(code, reason);
  }

  /** The socket has closed. `saidGoodbye`: its client closed it in order. */
  ended(saidGoodbye: boolean): void {
    this.#socket = undefined;
    this.#shared.counts.closed(this.#closing ?? (saidGoodbye ? 'client' : 'lost'));
    this.#shared.topicActivity.forget(this);
  }

  protected override releaseTopic(): void {
    if (this.#ownTopic !== undefined) this.leave(this.#ownTopic);
    this.#ownTopic = undefined;
  }
}

/**
 * Length of one write, in characters. uWebSockets gathers 16 KB. It would copy the rest to memory of the socket's own, for
 * thousands of sockets at once when many users come online.
 */
const WRITE_LENGTH = 12_000;

/** Writes as many frames as one write takes, from the given place on. Returns the place behind them. */
function writeSome(socket: WebSocket<unknown>, frames: readonly (string | Uint8Array)[], from: number): number {
  let next = from;
  socket.cork(() => {
    for (let length = 0; next < frames.length && length < WRITE_LENGTH; next += 1) {
      const frame = frames[next] as string | Uint8Array;
      length += frame.length;
      socket.send(frame);
    }
  });
  return next;
}

/** Creates the queue of sessions that send at the end of a tick. Many frames arrive at once, and each write costs. */
export function createTickEnd(): TickEnd {
  let sessions: NativeSession[] = [];
  return {
    add(session) {
      if (sessions.push(session) > 1) return;
      setImmediate(() => {
        const due = sessions;
        sessions = [];
        for (const waiting of due) waiting.sendWaiting();
      });
    },
  };
}
