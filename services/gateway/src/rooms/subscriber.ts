/** One socket, as far as rooms know it: what gets frames. */
export interface FrameReceiver {
  /** Sends one event frame, as `eventFrame` makes it. A socket that is closed ignores it. */
  send(frame: string | Uint8Array): void;
  /** From now on the socket gets what is published to a topic. */
  join(topic: string): void;
  leave(topic: string): void;
  isIn(topic: string): boolean;
  /** The live events that may go to the socket while it lags behind; undefined while it keeps up. It is in no topic meanwhile. */
  budget: LagBudget | undefined;
}

/** Decides which live events go to a socket that lags. */
export interface LagBudget {
  /** Returns true when a frame of a conversation, or of none, may go to the socket. */
  passes(frame: string | Uint8Array, conversationId?: number): boolean;
}

/** Sends a live event to a socket, unless the socket lags and has no budget for the event. */
export function sendLive(socket: FrameReceiver, frame: string | Uint8Array, conversationId?: number): void {
  if (socket.budget === undefined || socket.budget.passes(frame, conversationId)) socket.send(frame);
}

/** A participant of a conversation, with the sockets that get its frames. */
export interface Subscriber {
  readonly sessions: readonly FrameReceiver[];
}

/** Publishes one event frame to every socket that joined a topic, encoded once. */
export interface Publisher {
  publish(topic: string, frame: string | Uint8Array): void;
}
