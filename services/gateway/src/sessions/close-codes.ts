/** Every code with which the gateway closes a socket, its reason, and what a good client does then. */
export const CLOSE_CODES = {
  /** Broken JSON, a frame that is no object or names no event, a binary frame. Correct the client; do not reconnect. */
  malformed: { code: 4400, reason: 'malformed frame' },
  /** The token ran out. Reconnect with a new one. */
  expired: { code: 4401, reason: 'token expired' },
  /** The token was revoked. Reconnect with a new one. */
  revoked: { code: 4401, reason: 'token revoked' },
  /** The client did not read its frames in time. Reconnect and `sync`. */
  tooSlow: { code: 4408, reason: 'too slow a reader' },
  /** A frame beyond its limit. Correct the client; do not reconnect. */
  tooLarge: { code: 4413, reason: 'frame too large' },
  /** Frames far beyond the rate. Wait, then reconnect. */
  flooding: { code: 4429, reason: 'too many frames' },
  /**
   * A refused handshake of a browser, which does not see the HTTP status: no good token. Also where two companies' tokens open the
   * first sockets of a user at the same moment. Reconnect with a new one.
   */
  unauthorized: { code: 4401, reason: 'a good token is required' },
  /** The same: too many sockets of this user, or too many refused tokens of this address. Wait, then reconnect. */
  tooMany: { code: 4429, reason: 'too many sockets or refused tokens' },
  /** The same: too many clients come at once, or the keys of tokens cannot be read. Reconnect with jitter. */
  tryLater: { code: 1013, reason: 'try again later' },
  /** The server stops or can no longer serve this socket. Reconnect with jitter and `sync`. */
  restart: { code: 1012, reason: 'server restarting' },
} as const;

/** The name of a close code. */
export type CloseCode = keyof typeof CLOSE_CODES;
