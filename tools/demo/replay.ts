import { setTimeout as delay } from 'node:timers/promises';
import { type Ledger, type PlayedConversation, sendAndNote } from '@vestnik/testing';
import type { Attendance } from './attendance.ts';
import type { ChatLog, LogLine } from './chat-log.ts';
import type { Person } from './person.ts';
import { startReading } from './reading.ts';

/** A play, and the callbacks of its replay. */
export interface ReplayOptions {
  log: ChatLog;
  people: readonly Person[];
  groups: readonly PlayedConversation[];
  attendance: Attendance;
  /** Lines per second. */
  rate: number;
  /** Gets what is sent and read. */
  ledger: Ledger;
  /** Told before a message is sent for the first time. */
  onSend(clientMessageId: string): void;
  /** Told when a line has been taken by the system, with all that it brings about. */
  onLine(): void;
  onFault(person: Person, what: string): void;
}

/** The pause between typing and sending at 10 lines per second or fewer, in milliseconds: 8 a character, at most 400. */
const TYPING_MS_PER_CHARACTER = 8;
const TYPING_MS = 400;
const CALM_RATE = 10;

/**
 * Replays a log: every author sends their own lines one after the other, all authors at the same time. Returns the direct
 * conversations that came of it.
 */
export async function replay(options: ReplayOptions): Promise<PlayedConversation[]> {
  const { log, people, groups, attendance, rate, ledger } = options;
  const directs = new Map<string, Promise<PlayedConversation>>();
  const groupOf = new Map(groups.flatMap((group) => group.members.map(({ userId }) => [userId, group] as const)));
  const queues = new Map<Person, Promise<void>>();
  const enqueue = (person: Person, task: () => Promise<void>) => {
    const before = queues.get(person) ?? Promise.resolve();
    queues.set(
      person,
      before.then(task).catch((error: Error) => options.onFault(person, error.message)),
    );
  };

  function directBetween(author: Person, addressee: Person): Promise<PlayedConversation> {
    const key = [author.userId, addressee.userId].toSorted((a, b) => a - b).join(' ');
    const known = directs.get(key);
    if (known) return known;
    const opening = openDirect(author, addressee);
    directs.set(key, opening);
    return opening;
  }

  async function openDirect(author: Person, addressee: Person): Promise<PlayedConversation> {
    const { id } = await author.rest.openDirect(addressee.userId);
    const members = [author, addressee];
    for (const member of members) member.follow(id);
    return { id, members };
  }

  async function send(author: Person, { id }: PlayedConversation, clientMessageId: string, content: string) {
    options.onSend(clientMessageId);
    await sendAndNote(ledger, author, { conversationId: id, clientMessageId, content });
  }

  async function play(line: LogLine, index: number, author: Person): Promise<void> {
    const group = groupOf.get(author.userId);
    if (!group) throw new Error('is in no group');
    await author.arrive();
    author.tell('typing', { conversationId: group.id, isTyping: true });
    const calm = Math.min(1, CALM_RATE / rate);
    if (Number.isFinite(rate)) await delay(Math.min(TYPING_MS, line.text.length * TYPING_MS_PER_CHARACTER) * calm);
    await send(author, group, `line-${index + 1}`, line.text);
    author.tell('typing', { conversationId: group.id, isTyping: false });
    const addressee = line.addressee === undefined ? undefined : people[line.addressee];
    if (addressee) await send(author, await directBetween(author, addressee), `line-${index + 1}-direct`, line.text);
    options.onLine();
  }

  const reading = startReading(ledger, people, options.onFault);
  const start = performance.now();
  for (const [index, line] of log.lines.entries()) {
    const waitMs = start + (index / rate) * 1_000 - performance.now();
    if (waitMs > 0) await delay(waitMs);
    const author = people[line.author];
    if (author) enqueue(author, () => play(line, index, author));
    if (index + 1 === attendance.half) for (const leaver of attendance.leaving) leave(people[leaver]);
  }
  await Promise.all(queues.values());
  await reading.stop();
  return Promise.all(directs.values());

  function leave(person: Person | undefined): void {
    if (!person) return;
    enqueue(person, async () => {
      // A person who reads without a last marker would leave open how far they have read.
      await reading.endFor(person);
      await person.close();
    });
  }
}
