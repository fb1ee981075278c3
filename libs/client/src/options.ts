/** The storage in which a client keeps values between two starts, each under a name. */
export interface Storage {
  /** Returns all entries of an account. */
  load(): Promise<ReadonlyMap<string, unknown>>;
  /** Stores all of these together, or none; an entry that is undefined is deleted. Values are data that JSON can hold. */
  save(entries: ReadonlyMap<string, unknown>): Promise<void>;
  /** Deletes everything, for a user who signs out. */
  clear(): Promise<void>;
}

/** The server that a client connects to, the user, and the ways of the connection. */
export interface ConnectOptions {
  /** Where REST is served, such as `https://chat.example.org`; `/api/messenger` is below it. */
  url: string;
  /** Where the socket is; by default `/ws` of the same host. */
  socketUrl?: string;
  /** A token of the user. Give it, or `getToken`. */
  token?: string;
  /**
   * Returns a token of the user that is still good. The client asks at the start, a minute before a token expires, and once
   * when the server refuses a token. An error means that there is no token now: the client asks again later.
   */
  getToken?: () => Promise<string>;
  /** Where the account and unsent messages are kept: `indexedDbStorage(name)`, or `fileStorage(path)` of `@vestnik/client/node`. */
  storage?: Storage;
  /**
   * Tabs with the same name share one connection, where the browser has Web Locks and BroadcastChannel. It has to name the
   * user, and has to differ between users. Without it each client has its own connection.
   */
  shareAs?: string;
  /** Newest messages that a sync answer has of each conversation, 0 to 100; 20 without it. */
  messagesPerConversation?: number;
  /** How long a call waits for its answer, in ms; 10,000 without it. */
  answerWithinMs?: number;
}
