import type { ChangedConversation, Changes } from '../protocol/changes.ts';
import { applyEvent, replayEarly, takePeople } from './apply-event.ts';
import { hasLeft, newlyHeld, raiseMarkers, removeConversation, takeAnswer, withConversation } from './conversations.ts';
import { forgetBefore, takeMessages, takeRead } from './messages.ts';
import { type AccountState, EMPTY } from './state.ts';

/** Takes a conversation of an answer, with its messages, markers and read steps. */
function takeConversation(state: AccountState, entry: ChangedConversation): AccountState {
  const { id, conversation, messages, truncated, markers, reads } = entry;
  if (hasLeft(state, id, conversation.version)) return state;
  const epoch = state.lastEpoch + 1;
  const first = messages[0]?.seq ?? conversation.head_seq + 1;
  const before = state.conversations.get(id);
  let held = before ? takeAnswer(before, conversation) : { ...newlyHeld(conversation, epoch), floor: first };
  if (truncated) held = forgetBefore(held, first, epoch);
  else if (!before) held = { ...held, isWhole: true };
  held = raiseMarkers(takeMessages(held, messages), markers);
  for (const step of reads) held = takeRead(held, step);
  return replayEarly({ ...withConversation(state, id, held), lastEpoch: epoch }, id);
}

/**
 * Takes an answer of account sync. Answers are taken in the order in which they came. The same answer twice in a row
 * changes nothing. Live events may come before, between and after them.
 */
export function applyChanges(state: AccountState, changes: Changes): AccountState {
  if (changes.reset) {
    const { userId, companyId, line, outbox, statuses, lastEpoch } = state;
    return { ...EMPTY, userId, companyId, line, outbox, statuses, lastEpoch };
  }
  let next: AccountState = { ...state, cursor: changes.cursor };
  for (const entry of changes.conversations) {
    if (entry.removed) next = removeConversation(next, entry.id, entry.version);
    else next = takeConversation(next, entry);
  }
  if (changes.people) next = takePeople(next, changes.people);
  if (changes.preferences) {
    next = applyEvent(next, { name: 'preferences_updated', data: { preferences: changes.preferences }, at: 0 });
  }
  // Events that found no conversation by the end of a round are about conversations that the user is no longer in.
  return changes.has_more ? next : { ...next, isLoaded: true, early: new Map() };
}
