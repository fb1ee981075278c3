import type { Message } from '@vestnik/contracts';
import type { Fault, FaultKind } from './fault.ts';

type Way = 'live' | 'sync';

/** The messages that one client holds, by conversation. It also judges the way in which they came. */
export interface Holdings {
  follow(conversationId: number): void;
  /** Holds nothing of a conversation any more. */
  leave(conversationId: number): void;
  conversations(): number[];
  /** Ids of the messages by `seq`: all that is compared, and little where many clients hold much. */
  of(conversationId: number): ReadonlyMap<number, number>;
  /** Everything from 1 to here is held. */
  upTo(conversationId: number): number;
  take(message: Message, way: Way): void;
  /** A new socket begins: its live messages may begin anywhere. */
  newSocket(): void;
  /** The server has announced that messages may be missing. */
  forgiveHoles(): void;
  /** Conversations with a gap in the live messages of the present socket that no `resync` followed. */
  gaps(): number[];
}

interface Held {
  ids: Map<number, number>;
  upTo: number;
  /** `seq` of the first and of the newest live message on the present socket; 0 before there is one. */
  first: number;
  live: number;
  /** Every `seq` between the two that did not come live: few, where all that came would be many. */
  passed: Set<number>;
  gap: boolean;
}

/** Creates empty holdings. Calls `onFault` with each fault, and `onFirst` with each message when it is first held. */
export function createHoldings(told: {
  onFault(fault: Fault): void;
  onFirst(message: Message, way: Way): void;
}): Holdings {
  const all = new Map<number, Held>();

  const held = (conversationId: number): Held => {
    let entry = all.get(conversationId);
    if (!entry) {
      entry = { ids: new Map(), upTo: 0, first: 0, live: 0, passed: new Set(), gap: false };
      all.set(conversationId, entry);
    }
    return entry;
  };

  const tell = (kind: FaultKind, { conversation_id, seq }: Message, how: string) =>
    told.onFault({ kind, what: `conversation ${conversation_id}: seq ${seq} ${how}` });

  function judgeLive(entry: Held, message: Message): void {
    const { seq } = message;
    if (seq <= entry.live) {
      const isLate = seq < entry.first || entry.passed.delete(seq);
      if (isLate) tell('outOfOrder', message, `came live after seq ${entry.live}`);
      else tell('twice', message, 'came live twice');
      return;
    }
    if (entry.live === 0) entry.first = seq;
    else if (seq > entry.live + 1) entry.gap = true;
    for (let passed = Math.max(entry.first, entry.live + 1); passed < seq; passed += 1) entry.passed.add(passed);
    entry.live = seq;
  }

  return {
    follow: (conversationId) => void held(conversationId),
    leave: (conversationId) => void all.delete(conversationId),
    conversations: () => [...all.keys()],
    of: (conversationId) => held(conversationId).ids,
    upTo: (conversationId) => held(conversationId).upTo,
    take(message, way) {
      const entry = held(message.conversation_id);
      if (way === 'live') judgeLive(entry, message);
      const known = entry.ids.get(message.seq);
      if (known !== undefined) {
        if (known !== message.id) tell('wrong', message, `is message ${known} and message ${message.id}`);
        return;
      }
      entry.ids.set(message.seq, message.id);
      while (entry.ids.has(entry.upTo + 1)) entry.upTo += 1;
      told.onFirst(message, way);
    },
    newSocket() {
      for (const entry of all.values()) Object.assign(entry, { first: 0, live: 0, passed: new Set(), gap: false });
    },
    forgiveHoles() {
      for (const entry of all.values()) entry.gap = false;
    },
    gaps: () => [...all].filter(([, entry]) => entry.gap).map(([id]) => id),
  };
}
