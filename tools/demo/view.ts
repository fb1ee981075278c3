import { stripVTControlCharacters } from 'node:util';
import type { Message } from '@vestnik/contracts';
import { counted, grouped } from './figures.ts';
import type { Person } from './person.ts';
import { harmless, type Screen } from './screen.ts';

/** The terminal as the screen of one person: what arrives at that person's socket, and how far the replay is. */
export interface View {
  message(message: Message): void;
  typing(userId: number, isTyping: boolean): void;
  status(userId: number, isOnline: boolean): void;
  read(userId: number, upToSeq: number): void;
  /** Two people have begun a direct conversation. */
  direct(participants: number[]): void;
  /** Lines of the log that were played so far. */
  progress(played: number, deliveries: number): void;
  stop(): void;
}

const TICK_MS = 1_000;
/** Messages shown in a second at most; more cannot be read. */
const SHOWN_PER_TICK = 40;
const NICK_COLUMNS = 16;
const BAR_COLUMNS = 24;
const INDENT = ' '.repeat(7);
/** Names in one line at most. */
const NAMES = 5;

/** Starts the view of a log with so many lines. */
export function startView(screen: Screen, people: readonly Person[], lines: number): View {
  const indexes = new Map(people.map((person, index) => [person.userId, index]));
  const nickOf = (userId: number) => {
    const index = indexes.get(userId);
    return screen.tint(harmless(people[index ?? -1]?.name ?? `user ${userId}`), index ?? 0);
  };
  const typists = new Set<number>();
  const typedPlain = new Set<number>();
  const came = new Set<number>();
  const went = new Set<number>();
  const readers = new Set<number>();
  let readUpTo = 0;
  let shown = 0;
  let hidden = 0;
  let played = 0;
  let deliveries = 0;
  let toldTenths = 0;

  const names = (userIds: Set<number>) => {
    const first = [...userIds].slice(0, NAMES).map(nickOf).join(', ');
    const text = userIds.size > NAMES ? `${first} and ${counted(userIds.size - NAMES, 'other')}` : first;
    userIds.clear();
    return text;
  };

  /** Shows events that come in crowds together, once a tick. */
  function tick(): void {
    if (hidden > 0) screen.say(screen.dim(`${INDENT}… and ${counted(hidden, 'more message')}`));
    shown = 0;
    hidden = 0;
    if (came.size > 0) screen.say(`${INDENT}● online: ${names(came)}`);
    if (went.size > 0) screen.say(`${INDENT}○ offline: ${names(went)}`);
    if (!screen.isLive && typedPlain.size > 0) screen.say(`${INDENT}… typing: ${names(typedPlain)}`);
    if (readers.size > 0) screen.say(screen.dim(`${INDENT}✓ read up to ${readUpTo}: `) + names(readers));
    bar();
  }

  function bar(): void {
    const share = lines === 0 ? 1 : played / lines;
    const full = Math.round(share * BAR_COLUMNS);
    const typing = typists.size > 0 ? ` · typing: ${[...typists].slice(0, NAMES).map(nickOf).join(', ')}` : '';
    const percent = `${Math.floor(share * 100)} %`.padStart(5);
    const counts = `${percent} · ${grouped(played)} of ${grouped(lines)} lines · ${grouped(deliveries)} deliveries`;
    screen.status(`${'█'.repeat(full)}${screen.dim('░'.repeat(BAR_COLUMNS - full))}${counts}${typing}`);
    const tenths = Math.floor(share * 10);
    if (!screen.isLive && tenths > toldTenths) screen.say(`  [${'#'.repeat(tenths).padEnd(10, '.')}] ${counts.trim()}`);
    toldTenths = Math.max(toldTenths, tenths);
  }

  const timer = setInterval(tick, TICK_MS);
  return {
    message(message) {
      typists.delete(message.sender_id);
      if (shown === SHOWN_PER_TICK) {
        hidden += 1;
        return;
      }
      shown += 1;
      const nick = nickOf(message.sender_id);
      const room = ' '.repeat(Math.max(1, NICK_COLUMNS - stripVTControlCharacters(nick).length));
      screen.say(`${String(message.seq).padStart(6)} ${nick}${room}${harmless(message.content ?? '')}`);
    },
    typing(userId, isTyping) {
      if (isTyping) typists.add(userId);
      else typists.delete(userId);
      if (isTyping) typedPlain.add(userId);
    },
    status(userId, isOnline) {
      (isOnline ? came : went).add(userId);
      (isOnline ? went : came).delete(userId);
    },
    read(userId, upToSeq) {
      readers.add(userId);
      readUpTo = Math.max(readUpTo, upToSeq);
    },
    direct: (participants) =>
      screen.say(`${INDENT}↔ new direct conversation: ${participants.map(nickOf).join(' and ')}`),
    progress(nowPlayed, nowDeliveries) {
      played = nowPlayed;
      deliveries = nowDeliveries;
      bar();
    },
    stop() {
      clearInterval(timer);
      tick();
      screen.status('');
    },
  };
}
