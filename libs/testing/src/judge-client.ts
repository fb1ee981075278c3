import type { Message } from '@vestnik/contracts';
import type { Fault, Finding } from './fault.ts';
import { type Ledger, markerOf } from './ledger.ts';
import type { ListedConversation, PatientRest } from './patient-rest.ts';
import type { ReconnectingClient } from './reconnecting-client.ts';

/** A conversation of a client, with its history as the first participant sees it. */
export interface Side {
  conversationId: number;
  history: readonly Message[];
}

/** Says what is wrong with what a client got, and with what its user sees through REST. */
export async function judgeClient(
  client: ReconnectingClient,
  sides: readonly Side[],
  ledger: Ledger,
  rest: PatientRest,
): Promise<Finding[]> {
  const { name, userId } = client;
  const findings: Finding[] = client.faults.map((fault) => ({ ...fault, userId }));
  const addWrong = (what: string) => void findings.push({ kind: 'wrong', what: `${name}: ${what}` });

  for (const id of client.holdings.gaps()) {
    addWrong(`a gap in the live messages of conversation ${id} was not followed by resync`);
  }
  const listed = new Map((await rest.conversations()).map((each) => [each.id, each]));
  let unreadInAll = 0;
  for (const side of sides) {
    const { conversationId, history } = side;
    const told = `${name}: conversation ${conversationId}`;
    const marker = markerOf(ledger, userId, conversationId);
    // A deleted message is unread for nobody.
    const unread = history.filter(({ seq, deleted_at }) => seq > marker && deleted_at === null).length;
    unreadInAll += unread;
    const faults = [
      ...faultsOfView(await rest.history(conversationId), history),
      ...faultsOfEntry(listed.get(conversationId), unread, history),
    ];
    findings.push(...faults.map(({ kind, what }) => ({ kind, what: `${told}: ${what}` })));
    findings.push(...judgeHolding(client, side).map((finding) => ({ ...finding, what: `${told}: ${finding.what}` })));
  }
  const counted = await rest.unreadCount();
  if (counted !== unreadInAll) addWrong(`${counted} unread in all, not ${unreadInAll}`);
  return findings;
}

/** How many messages of a conversation a client holds. */
export function countHeld({ holdings }: ReconnectingClient, { conversationId, history }: Side): number {
  const held = holdings.of(conversationId);
  return history.filter(({ seq, id }) => held.get(seq) === id).length;
}

/** Finds the faults of a history as one participant sees it. */
function faultsOfView(seen: readonly Message[], history: readonly Message[]): Fault[] {
  if (JSON.stringify(seen) === JSON.stringify(history)) return [];
  const places = (messages: readonly Message[]) => messages.map(({ seq, id }) => `${seq} ${id}`).join();
  return places(seen) === places(history)
    ? [{ kind: 'wrong', what: 'sees other contents' }]
    : [{ kind: 'outOfOrder', what: 'sees another history' }];
}

/** Finds the faults of a conversation's entry in a list. */
function faultsOfEntry(entry: ListedConversation | undefined, unread: number, history: readonly Message[]): Fault[] {
  if (!entry) return [{ kind: 'wrong', what: 'is not listed' }];
  const faults: Fault[] = [];
  const newest = history.at(-1)?.id ?? null;
  if (entry.unread_count !== unread)
    faults.push({ kind: 'wrong', what: `${entry.unread_count} unread, not ${unread}` });
  if (entry.last_message_id !== newest) {
    faults.push({ kind: 'wrong', what: `the list has it end with ${entry.last_message_id}, not ${newest}` });
  }
  return faults;
}

function judgeHolding(client: ReconnectingClient, { conversationId, history }: Side): Finding[] {
  const findings: Finding[] = [];
  const { userId } = client;
  const held = client.holdings.of(conversationId);
  // A participant who has left holds the first n of the messages: those that came until then.
  const due = client.isClosed() ? history.slice(0, held.size) : history;
  const missing = due.filter(({ seq, id }) => held.get(seq) !== id);
  if (missing.length > 0) {
    const what = `never got ${missing.length} messages, of seq ${missing[0]?.seq}`;
    findings.push({ kind: 'lost', what, count: missing.length, userId });
  }
  if (held.size > history.length) findings.push({ kind: 'lost', what: 'holds what is not in the history' });
  return findings;
}
