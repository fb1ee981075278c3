import type { Message } from '@vestnik/contracts';

/** Watches a user who is added and removed all the time. */
export interface Listening {
  onEvent(event: string, data: unknown): void;
  onLive(message: Message): void;
  /**
   * How many of these messages came live though the user was out: written after the last event by which the socket knew that the
   * user is in.
   */
  receivedAfterRemoval(clientMessageIds: ReadonlySet<string>): number;
}

/** Creates what notes the events of one user's socket. */
export function createListening(): Listening {
  /** Until when the user is known to have been in, by the clock of this machine, which all processes share. */
  let inUntil = 0;
  const late: string[] = [];

  return {
    onEvent(event, data) {
      // Both may let the user into conversations without naming them.
      if (event === 'ready' || event === 'resync') inUntil = Date.now();
      if (event === 'conversation_created') {
        const { conversation } = data as { conversation: { updated_at: string } };
        inUntil = Math.max(inUntil, Date.parse(conversation.updated_at));
      }
    },
    onLive({ client_message_id, created_at }) {
      if (client_message_id && Date.parse(created_at) > inUntil) late.push(client_message_id);
    },
    receivedAfterRemoval: (clientMessageIds) => late.filter((id) => clientMessageIds.has(id)).length,
  };
}
