import type { ListedConversation, Person } from '../protocol/model.ts';
import {
  hasLeft,
  newlyHeld,
  raiseMarkers,
  removeConversation,
  takeDescription,
  withConversation,
} from './conversations.ts';
import { placeOf, takeMessages, takeReactions, takeRead } from './messages.ts';
import { type AccountState, type EarlyEvent, type Held, withEntry } from './state.ts';

/** How long a user types after the last event of it, in ms. */
const TYPING_MS = 10_000;
/** Events of unknown conversations that wait for them, at most, for each conversation. */
const EARLY = 500;

/** Takes a message of an event. */
function takeMessage(
  held: Held,
  { data: { message }, name }: Extract<EarlyEvent, { data: { message: object; conversation_id: number } }>,
): Held {
  const taken = takeMessages(held, [message]);
  const typists = name === 'new_message' ? withEntry(taken.typists, message.sender_id, undefined) : taken.typists;
  // Nobody knows whether the counts of the newest answer are without it. They do not matter where counts can be computed.
  return { ...taken, typists, isCountDoubtful: taken.isCountDoubtful || name === 'message_deleted' };
}

/** Takes an event into the conversation that it is about. */
function applyToConversation(held: Held, event: EarlyEvent): Held {
  switch (event.name) {
    case 'new_message':
    case 'message_updated':
    case 'message_deleted':
      return takeMessage(held, event);
    case 'reaction_changed':
      return takeReactions(held, event.data.message_id, event.data);
    case 'messages_read': {
      const { user_id, up_to_seq, read_at } = event.data;
      const raised = raiseMarkers(held, [{ user_id, read_seq: up_to_seq }]);
      return read_at === null ? raised : takeRead(raised, { user_id, up_to_seq, read_at });
    }
    case 'messages_delivered':
      return raiseMarkers(held, [{ user_id: event.data.user_id, delivered_seq: event.data.up_to_seq }]);
    case 'user_typing': {
      const { user_id, is_typing } = event.data;
      return { ...held, typists: withEntry(held.typists, user_id, is_typing ? event.at + TYPING_MS : undefined) };
    }
    case 'conversation_updated':
      return takeDescription(held, event.data.conversation);
    default:
      return held;
  }
}

/** Keeps an event until its conversation is known. */
function keepEarly(state: AccountState, id: number, event: EarlyEvent): AccountState {
  return { ...state, early: withEntry(state.early, id, [...(state.early.get(id) ?? []), event].slice(-EARLY)) };
}

/** Gives a conversation that has become known the events that came before it. */
export function replayEarly(state: AccountState, id: number): AccountState {
  const events = state.early.get(id);
  if (!events || !state.conversations.has(id)) return state;
  return events.reduce(applyEvent, { ...state, early: withEntry(state.early, id, undefined) });
}

/** Takes people whose look is newer. */
export function takePeople(state: AccountState, people: readonly Person[]): AccountState {
  let known = state.people;
  for (const person of people) {
    const before = known.get(person.id);
    if (before && (before.updated_at ?? '') > (person.updated_at ?? '')) continue;
    if (known === state.people) known = new Map(known);
    (known as Map<number, Person>).set(person.id, person);
  }
  return known === state.people ? state : { ...state, people: known };
}

/** Begins a conversation anew that the user has come back to: messages from before may be old, later ones stay. */
function comeBack(held: Held, conversation: ListedConversation, epoch: number): Held {
  const { outbox, allMarkers, reads, messages } = held;
  const later = messages.slice(placeOf(messages, conversation.head_seq + 1));
  return takeMessages({ ...newlyHeld(conversation, epoch), outbox, allMarkers, reads }, later);
}

/** Takes the conversation of an event that brings the user into it. */
export function takeNewConversation(state: AccountState, conversation: ListedConversation): AccountState {
  const { id, version } = conversation;
  const before = state.conversations.get(id);
  if (hasLeft(state, id, version) || (before && before.known.version >= version)) return state;
  const epoch = state.lastEpoch + 1;
  const held = before ? comeBack(before, conversation, epoch) : newlyHeld(conversation, epoch);
  return replayEarly({ ...withConversation(state, id, held), lastEpoch: epoch }, id);
}

const conversationOf = (event: EarlyEvent): number | undefined => {
  if (event.name === 'conversation_updated') return event.data.conversation.id;
  return event.data && 'conversation_id' in event.data ? event.data.conversation_id : undefined;
};

/** Takes a live event into the account. Events may come in any order, and more than once. */
export function applyEvent(state: AccountState, event: EarlyEvent): AccountState {
  switch (event.name) {
    case 'ready':
      return { ...state, userId: event.data.user_id, companyId: event.data.company_id };
    case 'conversation_created':
      return takeNewConversation(state, event.data.conversation);
    case 'conversation_removed': {
      const { conversation_id: id, version } = event.data;
      return removeConversation(state, id, version ?? state.conversations.get(id)?.known.version ?? 0);
    }
    case 'person_updated':
      return takePeople(state, [event.data.person]);
    case 'preferences_updated': {
      const { preferences } = event.data;
      return preferences.version > (state.preferences?.version ?? -1) ? { ...state, preferences } : state;
    }
    case 'user_status':
      return { ...state, statuses: withEntry(state.statuses, event.data.user_id, event.data) };
    default: {
      const id = conversationOf(event);
      if (id === undefined) return state;
      const held = state.conversations.get(id);
      if (held) return withConversation(state, id, applyToConversation(held, event));
      return event.name === 'user_typing' ? state : keepEarly(state, id, event);
    }
  }
}
