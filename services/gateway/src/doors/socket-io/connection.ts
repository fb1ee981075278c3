import type { WebSocket } from '@uwsjs/core';
import type { Socket } from 'socket.io';

/**
 * The Engine.IO connection below a Socket.IO socket. Much of what this door needs of it is private in its own types;
 * here it is, and nowhere else (docs/adr/0005-libraries.md).
 */
export interface Connection {
  readonly transport: {
    /** The socket of uWebSockets, while the transport is one; long polling has none. */
    readonly socket?: WebSocket<unknown>;
  };
  /** What waits for the next poll; a WebSocket takes everything at once. */
  readonly writeBuffer: readonly { readonly data?: string }[];
  /** Sends one packet, behind everything that was sent before. */
  write(packet: string): unknown;
  /** Closes behind what waits, or at once without it. */
  close(discard?: boolean): unknown;
  readonly readyState: 'opening' | 'open' | 'closing' | 'closed';
  readonly remoteAddress: string;
  once(event: 'close', listener: () => void): unknown;
  on(event: 'packet', listener: (packet: { type: string; data?: unknown }) => void): unknown;
  /** The connection has changed from polling to a WebSocket; what waits has yet to be written to it. */
  on(event: 'upgrade', listener: () => void): unknown;
}

/** The connection below a socket. */
export function connectionOf(socket: Socket): Connection {
  return socket.conn as unknown as Connection;
}

/** Bytes that wait because the client does not read or does not poll. */
export function backlogOf({ transport, writeBuffer }: Connection): number {
  const waiting = writeBuffer.reduce((sum, { data }) => sum + (data?.length ?? 0), 0);
  return waiting + (transport.socket?.getBufferedAmount() ?? 0);
}
