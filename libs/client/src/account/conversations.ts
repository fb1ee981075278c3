import type { Conversation, ListedConversation, Markers } from '../protocol/model.ts';
import { present } from './present.ts';
import { type AccountState, type Held, withEntry } from './state.ts';

/** Returns a conversation of which nothing but its description is known. */
export function newlyHeld(known: ListedConversation, epoch: number): Held {
  return {
    id: known.id,
    conversation: known,
    messages: [],
    hasOlder: false,
    markers: new Map(),
    typing: [],
    outbox: [],
    known,
    floor: known.head_seq + 1,
    cut: 0,
    isWhole: known.head_seq === 0,
    allMarkers: new Map(),
    reads: [],
    strays: new Map(),
    contentVersions: new Map(),
    typists: new Map(),
    epoch,
    isCountDoubtful: false,
    needsCount: false,
  };
}

/** Returns the part of a conversation that its description does not have. */
function summaryOf(conversation: ListedConversation) {
  const { unread_count, mention_count, head_seq, read_seq } = conversation;
  const { last_message_id, last_message_at, last_message_time, last_message_content } = conversation;
  const newest = { last_message_id, last_message_at, last_message_time, last_message_content };
  return { unread_count, mention_count, head_seq, read_seq, ...newest };
}

/** Takes the description of a conversation where its version is larger: a field that it lacks is gone. */
export function takeDescription(held: Held, conversation: Conversation): Held {
  if (conversation.version <= held.known.version) return held;
  return { ...held, known: { ...conversation, ...summaryOf(held.known) } };
}

/** Takes a conversation of an answer: its counts hold, and its description unless a newer one is known. */
export function takeAnswer(held: Held, conversation: ListedConversation): Held {
  const { known } = held;
  const description: Conversation = known.version > conversation.version ? known : conversation;
  return { ...held, known: { ...description, ...summaryOf(conversation) } };
}

/** Raises markers: they only grow. */
export function raiseMarkers(held: Held, moved: readonly Partial<Markers>[]): Held {
  let allMarkers = held.allMarkers;
  for (const { user_id = 0, read_seq = 0, delivered_seq = 0 } of moved) {
    const before = allMarkers.get(user_id);
    const after = {
      user_id,
      read_seq: Math.max(read_seq, before?.read_seq ?? 0),
      delivered_seq: Math.max(delivered_seq, before?.delivered_seq ?? 0),
    };
    if (before?.read_seq === after.read_seq && before.delivered_seq === after.delivered_seq) continue;
    if (allMarkers === held.allMarkers) allMarkers = new Map(allMarkers);
    (allMarkers as Map<number, Markers>).set(user_id, after);
  }
  return allMarkers === held.allMarkers ? held : { ...held, allMarkers };
}

const activityOf = ({ conversation }: Held) => conversation.last_message_at ?? conversation.created_at;

const isBefore = (one: Held, other: Held) => {
  const [first, second] = [activityOf(one), activityOf(other)];
  return first === second ? one.id > other.id : first > second;
};

/** Puts an id where the activity of its conversation wants it, newest first. */
function placed(state: AccountState, held: Held): readonly number[] {
  const others = state.order.filter((id) => id !== held.id);
  let low = 0;
  let high = others.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const other = state.conversations.get(others[middle] as number);
    if (other && isBefore(other, held)) low = middle + 1;
    else high = middle;
  }
  others.splice(low, 0, held.id);
  return others;
}

/** Puts a conversation into the account, with everything that it shows worked out, or takes it out. */
export function withConversation(state: AccountState, id: number, held: Held | undefined): AccountState {
  const before = state.conversations.get(id);
  if (held === before) return state;
  const after = held && present(held, before, state.userId ?? 0);
  const outbox = state.outbox.filter(({ conversationId }) => conversationId === id);
  const shown = after && before === undefined && outbox.length > 0 ? { ...after, outbox } : after;
  const moved = !after || !before || activityOf(after) !== activityOf(before);
  const next: AccountState = {
    ...state,
    conversations: withEntry(state.conversations, id, shown),
    unreadCount: state.unreadCount + countOf(after, 'unread_count') - countOf(before, 'unread_count'),
    mentionCount: state.mentionCount + countOf(after, 'mention_count') - countOf(before, 'mention_count'),
  };
  if (!moved) return next;
  return { ...next, order: shown ? placed(next, shown) : state.order.filter((other) => other !== id) };
}

const countOf = (held: Held | undefined, name: 'unread_count' | 'mention_count') => held?.conversation[name] ?? 0;

/** Takes a conversation out because the user has left it at this version. */
export function removeConversation(state: AccountState, id: number, version: number): AccountState {
  const removed = withEntry(state.removed, id, Math.max(version, state.removed.get(id) ?? 0));
  const held = state.conversations.get(id);
  if (held && held.known.version > version) return { ...state, removed };
  return withConversation({ ...state, removed }, id, undefined);
}

/** Returns whether the user has left a conversation at this version or later. */
export function hasLeft(state: AccountState, id: number, version: number): boolean {
  return version <= (state.removed.get(id) ?? 0);
}
