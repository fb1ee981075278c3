import type { CloseCode } from './close-codes.ts';

/**
 * One connected device, whichever door it came through. A door creates it and does the framing; everything else knows
 * sockets as sessions only.
 */
export interface Session {
  readonly id: string;
  readonly userId: number;
  readonly companyId: number;
  /** Unix time in seconds; moved by `refresh_token`. */
  expiresAt: number;
  /** Unix time in seconds and fingerprints of the token, by which it may be revoked; moved by `refresh_token` too. */
  issuedAt: number;
  fingerprints: readonly string[];
  /** Sends one event frame, as `eventFrame` makes it. A session that is closed ignores it. */
  send(frame: string | Uint8Array): void;
  /** As `send`, at the end of this turn: many frames that one turn brings leave in one write. */
  sendSoon(frame: string | Uint8Array): void;
  /** What is published to a topic reaches the session from now on. */
  join(topic: string): void;
  leave(topic: string): void;
  isIn(topic: string): boolean;
  /** Bytes that wait because the client does not read. */
  backlog(): number;
  close(code: CloseCode): void;
}

/** Publishes one event frame to every session that joined a topic, encoded once. */
export interface Publisher {
  publish(topic: string, frame: string | Uint8Array): void;
}

/** The topic of everything in a conversation. */
export function conversationTopic(conversationId: number): string {
  return `c${conversationId}`;
}
