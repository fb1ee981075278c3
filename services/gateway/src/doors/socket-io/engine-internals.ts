import type { TemplatedApp, WebSocket } from '@uwsjs/core';
import type { Socket } from 'socket.io';

// The private parts of Engine.IO that the gateway uses. At an upgrade docs/adr/0005-libraries.md says what to look at, and
// which change of Engine.IO would end this file.

/** The Engine.IO connection below a Socket.IO socket. */
export interface Connection {
  readonly transport: {
    /** The socket of uWebSockets. Undefined while the client polls. */
    readonly socket?: WebSocket<unknown>;
  };
  /** Packets that wait for the next poll. A WebSocket takes packets at once. */
  readonly writeBuffer: readonly { readonly data?: string }[];
  /** Sends one packet, behind everything that was sent before. */
  write(packet: string): unknown;
  /** Sends a packet of the protocol below, in the same order. A client answers each ping by a pong. */
  sendPacket(type: 'ping'): unknown;
  /** Closes behind the packets that wait, or without them. */
  close(discard?: boolean): unknown;
  readonly readyState: 'opening' | 'open' | 'closing' | 'closed';
  readonly remoteAddress: string;
  /** The request that opened the connection. */
  readonly request: { readonly headers: Readonly<Record<string, string>> };
  once(event: 'close', listener: () => void): unknown;
  on(event: 'packet', listener: (packet: { type: string; data?: unknown }) => void): unknown;
  /** A packet of Socket.IO came. Its listener is Socket.IO itself, which parses it. */
  on(event: 'data', listener: (data: unknown) => void): unknown;
  listeners(event: 'data'): ((data: unknown) => void)[];
  removeAllListeners(event: 'data'): unknown;
  /** A packet is on its way to the client. */
  on(event: 'packetCreate', listener: (packet: { type: string }) => void): unknown;
  /** The client has changed from polling to a WebSocket. Packets that wait are not yet written to it. */
  on(event: 'upgrade', listener: () => void): unknown;
}

/** The part of an app that Engine.IO uses. */
export type EngineApp = Pick<TemplatedApp, 'any' | 'ws' | 'publish'>;

/** Returns the connection below a socket. */
export function connectionOf(socket: Socket): Connection {
  return socket.conn as unknown as Connection;
}

/** Returns the bytes that wait because the client does not read or does not poll. */
export function backlogOf({ transport, writeBuffer }: Connection): number {
  const waiting = writeBuffer.reduce((sum, { data }) => sum + Buffer.byteLength(data ?? ''), 0);
  return waiting + (transport.socket?.getBufferedAmount() ?? 0);
}

/** Hands to Socket.IO only those packets of a connection that `passes` lets through. The others are not parsed. */
export function filterPackets(connection: Connection, passes: (data: unknown) => boolean): void {
  const listeners = connection.listeners('data');
  connection.removeAllListeners('data');
  connection.on('data', (data) => {
    if (passes(data)) for (const listener of listeners) listener(data);
  });
}

/** The pings of one connection. Engine.IO sends some of its own, and a pong does not name its ping. */
export interface Pings {
  /** Sends a ping that stands for a time. */
  send(time: number): void;
}

/**
 * Tracks the pings of a connection. Pongs come in the order of the pings. Calls `onPong` with the time of each ping of ours
 * that was answered.
 */
export function trackPings(connection: Connection, onPong: (time: number) => void): Pings {
  /** For each ping under way, the time that it stands for; 0 for those of Engine.IO. */
  const underWay: number[] = [];
  let time = 0;
  connection.on('packetCreate', ({ type }) => {
    if (type === 'ping') underWay.push(time);
  });
  connection.on('packet', ({ type }) => {
    const answered = type === 'pong' ? underWay.shift() : 0;
    if (answered) onPong(answered);
  });
  return {
    send(of) {
      time = of;
      connection.sendPacket('ping');
      time = 0;
    },
  };
}
