/** A message as far as these tests look at it. */
export interface SeenMessage {
  id: number;
  conversation_id: number;
  seq: number;
  sender_id: number;
  client_message_id: string | null;
  content: string | null;
  created_at: string;
}

type Way = 'live' | 'sync';

/** What one client holds, by conversation, and the judge of how it came. */
export interface Holdings {
  follow(conversationId: number): void;
  /** Holds nothing of a conversation any more. */
  leave(conversationId: number): void;
  conversations(): number[];
  /** Messages by `seq`. */
  of(conversationId: number): ReadonlyMap<number, SeenMessage>;
  /** Everything from 1 to here is held. */
  upTo(conversationId: number): number;
  take(message: SeenMessage, way: Way): void;
  /** A new socket begins: its live messages may begin anywhere. */
  newSocket(): void;
  /** The server has said that something may be missing. */
  forgiveHoles(): void;
  /** Conversations in which a hole in the live messages of the present socket was not followed by `resync`. */
  holes(): number[];
}

interface Held {
  messages: Map<number, SeenMessage>;
  upTo: number;
  /** `seq` of the newest live message on the present socket; 0 before the first. */
  live: number;
  /** `seq` of all of them. */
  came: Set<number>;
  hole: boolean;
}

/** Creates empty holdings. `fault` is told of what may not be; `onFirst` of each message when it is first held. */
export function createHoldings(told: {
  fault(what: string): void;
  onFirst(message: SeenMessage, way: Way): void;
}): Holdings {
  const all = new Map<number, Held>();

  const held = (conversationId: number): Held => {
    let entry = all.get(conversationId);
    if (!entry) {
      entry = { messages: new Map(), upTo: 0, live: 0, came: new Set(), hole: false };
      all.set(conversationId, entry);
    }
    return entry;
  };

  function judgeLive(entry: Held, { conversation_id, seq }: SeenMessage): void {
    if (seq <= entry.live) {
      const how = entry.came.has(seq) ? 'twice' : `after seq ${entry.live}`;
      told.fault(`conversation ${conversation_id}: seq ${seq} came live ${how}`);
      return;
    }
    entry.came.add(seq);
    if (entry.live > 0 && seq > entry.live + 1) entry.hole = true;
    entry.live = seq;
  }

  return {
    follow: (conversationId) => void held(conversationId),
    leave: (conversationId) => void all.delete(conversationId),
    conversations: () => [...all.keys()],
    of: (conversationId) => held(conversationId).messages,
    upTo: (conversationId) => held(conversationId).upTo,
    take(message, way) {
      const entry = held(message.conversation_id);
      if (way === 'live') judgeLive(entry, message);
      const known = entry.messages.get(message.seq);
      if (known) {
        if (known.id !== message.id) {
          told.fault(`conversation ${message.conversation_id}: seq ${message.seq} is ${known.id} and ${message.id}`);
        }
        return;
      }
      entry.messages.set(message.seq, message);
      while (entry.messages.has(entry.upTo + 1)) entry.upTo += 1;
      told.onFirst(message, way);
    },
    newSocket() {
      for (const entry of all.values()) Object.assign(entry, { live: 0, came: new Set(), hole: false });
    },
    forgiveHoles() {
      for (const entry of all.values()) entry.hole = false;
    },
    holes: () => [...all].filter(([, entry]) => entry.hole).map(([id]) => id),
  };
}
