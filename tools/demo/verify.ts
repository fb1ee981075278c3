import type { Message } from '@vestnik/contracts';
import { headOf, type PlayedConversation } from './ledger.ts';
import type { Person } from './person.ts';

/** What the verification found. */
export interface Verification {
  /** Messages that were read back, over all participants. */
  messages: number;
  /** Each in one line; empty when everything is as it should be. */
  faults: string[];
}

/** Participants whose side is read at the same time. */
const AT_ONCE = 8;

/**
 * Reads every participant's side through REST and compares it with what was sent and read: every message exactly once,
 * in one order for all that keeps each author's own, unread counts and `read_at` as they follow from the markers, and
 * what each socket got the same as the history.
 */
export async function verify(people: Person[], conversations: PlayedConversation[]): Promise<Verification> {
  const faults: string[] = [];
  const references = new Map<PlayedConversation, Message[]>();
  let messages = 0;
  const waiting = [...people];
  const byPerson = new Map<Person, PlayedConversation[]>(people.map((person) => [person, []]));
  for (const conversation of conversations) {
    for (const member of conversation.members) byPerson.get(member)?.push(conversation);
  }

  async function verifyNext(): Promise<void> {
    for (let person = waiting.shift(); person; person = waiting.shift()) {
      const found = await verifyPerson(
        person,
        conversations.filter(({ members }) => members.includes(person)),
        references,
      );
      messages += found.messages;
      faults.push(...found.faults.map((fault) => `${person.nick}: ${fault}`));
    }
  }

  await Promise.all(Array.from({ length: AT_ONCE }, verifyNext));
  return { messages, faults };
}

async function verifyPerson(
  person: Person,
  conversations: PlayedConversation[],
  references: Map<PlayedConversation, Message[]>,
): Promise<Verification> {
  const faults: string[] = [];
  const expect = (isTrue: boolean, fault: () => string) => {
    if (!isTrue) faults.push(fault());
  };
  const listed = new Map((await person.rest.conversations()).map((each) => [each.id, each]));
  expect(
    listed.size === conversations.length,
    () => `${listed.size} conversations listed, not ${conversations.length}`,
  );

  let messages = 0;
  let unread = 0;
  for (const conversation of conversations) {
    const name = `conversation ${conversation.id}`;
    const history = await person.rest.history(conversation.id);
    messages += history.length;
    const reference = references.get(conversation);
    if (reference) {
      expect(JSON.stringify(history) === JSON.stringify(reference), () => `${name}: not the history that others see`);
    } else {
      references.set(conversation, history);
      faults.push(...faultsOfHistory(conversation, history).map((fault) => `${name}: ${fault}`));
    }
    faults.push(...faultsOfCopy(person, conversation, history).map((fault) => `${name}: ${fault}`));

    const expected = headOf(conversation) - (person.markers.get(conversation.id) ?? 0);
    unread += expected;
    const entry = listed.get(conversation.id);
    expect(entry?.unread_count === expected, () => `${name}: ${entry?.unread_count} unread, not ${expected}`);
    const last = history.at(-1)?.id ?? null;
    expect(entry?.last_message_id === last, () => `${name}: the list ends with ${entry?.last_message_id}, not ${last}`);
  }
  const total = await person.rest.unreadCount();
  expect(total === unread, () => `${total} unread in all, not ${unread}`);
  return { messages, faults };
}

/** What is wrong with a history, measured by what was sent. */
function faultsOfHistory({ members, sent, id }: PlayedConversation, history: Message[]): string[] {
  const faults: string[] = [];
  const gaps = history.filter((message, index) => message.seq !== index + 1).length;
  if (gaps > 0) faults.push(`seq does not count 1 to ${history.length}`);
  if (history.length !== sent.length) faults.push(`${history.length} messages stored, not ${sent.length}`);

  const stored = Map.groupBy(history, (message) => message.client_message_id);
  const newest = new Map<Person, number>();
  for (const { clientMessageId, author, content, message } of sent) {
    const [found, ...more] = stored.get(clientMessageId) ?? [];
    if (!found) {
      faults.push(`${clientMessageId} is missing`);
      continue;
    }
    if (more.length > 0) faults.push(`${clientMessageId} is stored ${more.length + 1} times`);
    if (found.id !== message.id || found.seq !== message.seq) faults.push(`${clientMessageId} is not as acknowledged`);
    if (found.sender_id !== author.userId) faults.push(`${clientMessageId} is not by ${author.nick}`);
    if (found.content !== content) faults.push(`${clientMessageId} is not worded as it was sent`);
    if (found.seq < (newest.get(author) ?? 0))
      faults.push(`${clientMessageId} comes before an earlier one of its author`);
    newest.set(author, found.seq);
  }

  for (const message of history) {
    const others = members.filter((member) => member.userId !== message.sender_id);
    const isRead = others.some((member) => (member.markers.get(id) ?? 0) >= message.seq);
    if (isRead !== (message.read_at !== null)) {
      faults.push(`seq ${message.seq} is ${isRead ? 'read, but has no read_at' : 'unread, but has a read_at'}`);
    }
  }
  return faults;
}

/** What is wrong with what a client got, live and by `sync`, measured by the history. */
function faultsOfCopy(person: Person, conversation: PlayedConversation, history: Message[]): string[] {
  const copy = person.copies.get(conversation.id);
  const faults: string[] = [];
  // Who has left holds what came until then.
  const wanted = person.hasLeft() ? (copy?.upTo ?? 0) : history.length;
  if ((copy?.messages.size ?? 0) !== wanted || (copy?.upTo ?? 0) !== wanted) {
    faults.push(`the socket got ${copy?.messages.size ?? 0} messages, not ${wanted}`);
  }
  if (copy?.hole) faults.push('a hole in the live messages was not followed by resync');
  const others = history.filter((message) => (copy?.messages.get(message.seq) ?? message.id) !== message.id).length;
  if (others > 0) faults.push(`${others} live messages differ from the history`);
  return faults;
}
