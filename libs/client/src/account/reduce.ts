import type { OutboxItem } from '../outbox/item.ts';
import type { Changes } from '../protocol/changes.ts';
import type { IsoTime, ListedConversation, Markers, Message, Person, UserStatus } from '../protocol/model.ts';
import { applyChanges } from './apply-changes.ts';
import { applyEvent, takeNewConversation, takePeople } from './apply-event.ts';
import { raiseMarkers, takeAnswer, withConversation } from './conversations.ts';
import { takeMessages, takeRead } from './messages.ts';
import type { LineState } from './snapshot.ts';
import { type AccountState, type EarlyEvent, type Held, withEntry } from './state.ts';

/** Everything that changes the account. Tabs tell each other actions, so they are plain data. */
export type Action =
  | { type: 'restored'; state: AccountState }
  | { type: 'line'; line: LineState }
  | { type: 'current'; isCurrent: boolean }
  | { type: 'event'; event: EarlyEvent }
  | { type: 'changes'; changes: Changes }
  /** A page of the history, asked for at an epoch. `isFirst`: nothing lies before it. */
  | { type: 'page'; conversationId: number; epoch: number; messages: Message[]; isFirst: boolean }
  /** A conversation as an answer of REST has it. */
  | { type: 'conversation'; conversation: ListedConversation }
  /** A message of the user that the server has stored. */
  | { type: 'stored'; message: Message; marksRead: boolean }
  /** The user has read up to here. Without `readAt`: the server does not know yet. */
  | { type: 'marked'; conversationId: number; upToSeq: number; readAt: IsoTime | null }
  | { type: 'markers'; conversationId: number; markers: Markers[] }
  | { type: 'people'; people: Person[] }
  | { type: 'statuses'; statuses: UserStatus[] }
  | { type: 'outbox'; outbox: OutboxItem[] }
  /** Ends the typing of those who have not said more since. */
  | { type: 'typing ends'; at: number };

function inConversation(state: AccountState, id: number, change: (held: Held) => Held): AccountState {
  const held = state.conversations.get(id);
  return held ? withConversation(state, id, change(held)) : state;
}

function takeListed(state: AccountState, conversation: ListedConversation): AccountState {
  const { id, participants, invited } = conversation;
  if (state.conversations.has(id)) {
    return inConversation(state, id, (held) => ({ ...takeAnswer(held, conversation), isCountDoubtful: false }));
  }
  const userId = state.userId ?? 0;
  const isIn = participants.includes(userId) || invited?.some(({ user_id }) => user_id === userId);
  if (!isIn) return state;
  return takeNewConversation(state, conversation);
}

function takeStored(state: AccountState, message: Message, marksRead: boolean): AccountState {
  return inConversation(state, message.conversation_id, (held) => {
    const taken = takeMessages(held, [message]);
    return marksRead ? raiseMarkers(taken, [{ user_id: message.sender_id, read_seq: message.seq }]) : taken;
  });
}

function takeOutbox(state: AccountState, outbox: OutboxItem[]): AccountState {
  let { conversations } = state;
  for (const [id, held] of state.conversations) {
    const own = outbox.filter(({ conversationId }) => conversationId === id);
    const isSame = own.length === held.outbox.length && own.every((item, place) => held.outbox[place] === item);
    if (!isSame) conversations = withEntry(conversations, id, { ...held, outbox: own });
  }
  return { ...state, conversations, outbox };
}

function endTyping(state: AccountState, at: number): AccountState {
  let next = state;
  for (const [id, held] of state.conversations) {
    const ended = [...held.typists].filter(([, until]) => until <= at);
    if (ended.length === 0) continue;
    const typists = new Map([...held.typists].filter(([, until]) => until > at));
    next = withConversation(next, id, { ...held, typists });
  }
  return next;
}

/** Returns the account after an action; the same object where nothing changes. */
export function reduce(state: AccountState, action: Action): AccountState {
  switch (action.type) {
    case 'restored':
      return action.state;
    case 'line':
      return action.line === state.line ? state : { ...state, line: action.line };
    case 'current':
      return action.isCurrent === state.isCurrent ? state : { ...state, isCurrent: action.isCurrent };
    case 'event':
      return applyEvent(state, action.event);
    case 'changes':
      return applyChanges(state, action.changes);
    case 'page':
      return inConversation(state, action.conversationId, (held) => {
        if (held.epoch !== action.epoch) return held;
        const taken = takeMessages(held, action.messages, true);
        return action.isFirst && !taken.isWhole ? { ...taken, isWhole: true } : taken;
      });
    case 'conversation':
      return takeListed(state, action.conversation);
    case 'stored':
      return takeStored(state, action.message, action.marksRead);
    case 'marked':
      return inConversation(state, action.conversationId, (held) => {
        const userId = state.userId ?? 0;
        const raised = raiseMarkers(held, [{ user_id: userId, read_seq: action.upToSeq }]);
        if (action.readAt === null) return raised;
        return takeRead(raised, { user_id: userId, up_to_seq: action.upToSeq, read_at: action.readAt });
      });
    case 'markers':
      return inConversation(state, action.conversationId, (held) => raiseMarkers(held, action.markers));
    case 'people':
      return takePeople(state, action.people);
    case 'statuses': {
      const statuses = new Map(state.statuses);
      for (const status of action.statuses) statuses.set(status.user_id, status);
      return { ...state, statuses };
    }
    case 'outbox':
      return takeOutbox(state, action.outbox);
    case 'typing ends':
      return endTyping(state, action.at);
  }
}
