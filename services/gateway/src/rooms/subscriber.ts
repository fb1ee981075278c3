/** One socket, as far as rooms know it: what gets frames. */
export interface FrameReceiver {
  /** Sends one event frame, as `eventFrame` makes it. A socket that is closed ignores it. */
  send(frame: string | Uint8Array): void;
  /** From now on the socket gets what is published to a topic. */
  join(topic: string): void;
  leave(topic: string): void;
  isIn(topic: string): boolean;
}

/** A participant of a conversation, with the sockets that get its frames. */
export interface Subscriber {
  readonly sessions: readonly FrameReceiver[];
}

/** Publishes one event frame to every socket that joined a topic, encoded once. */
export interface Publisher {
  publish(topic: string, frame: string | Uint8Array): void;
}
