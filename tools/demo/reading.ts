import { type Ledger, markerOf, readAndNote } from '@vestnik/testing';
import type { Person } from './person.ts';

/** How a person reads: everything, now and then, or nothing but what they answer to. */
type Habit = 'all' | 'some' | 'none';

const HABITS: readonly Habit[] = ['all', 'some', 'none'];
const ROUND_MS = 400;
/** A person who reads now and then reads in one of so many rounds. */
const SOME_ROUNDS = 5;
/** Receipts of one round times their receivers, at most: what a group of a thousand makes of one receipt is much. */
const RECEIPTS_TIMES_PEOPLE = 2_000;

/** People who read what arrives. */
export interface Reading {
  /** Has a person read no further, and resolves when what they were reading is read. */
  endFor(person: Person): Promise<void>;
  /** Ends it for all. */
  stop(): Promise<void>;
}

/** Has people read what arrives, each after their own habit, until stopped. */
export function startReading(
  ledger: Ledger,
  people: readonly Person[],
  onFault: (person: Person, what: string) => void,
): Reading {
  const atOnce = Math.max(1, Math.floor(RECEIPTS_TIMES_PEOPLE / people.length));
  const underWay = new Map<Person, Promise<void>>();
  const ended = new Set<Person>();
  let round = 0;
  let next = 0;
  const timer = setInterval(() => {
    round += 1;
    for (let count = 0; count < Math.min(atOnce, people.length); count += 1) {
      const index = next % people.length;
      next += 1;
      const habit = habitOf(index);
      const person = people[index];
      if (!person?.isLive() || habit === 'none') continue;
      if (ended.has(person) || underWay.has(person)) continue;
      if (habit === 'some' && (round + index) % SOME_ROUNDS !== 0) continue;
      const done = readEverything(ledger, person)
        .catch((error: Error) => onFault(person, `reading: ${error.message}`))
        .finally(() => underWay.delete(person));
      underWay.set(person, done);
    }
  }, ROUND_MS);
  return {
    async endFor(person) {
      ended.add(person);
      await underWay.get(person);
    },
    async stop() {
      clearInterval(timer);
      await Promise.all(underWay.values());
    },
  };
}

/** Moves the markers of people who read everything to the last message. */
export async function readToTheEnd(ledger: Ledger, people: readonly Person[]): Promise<void> {
  const readers = people.filter((person, index) => person.isLive() && habitOf(index) === 'all');
  await Promise.all(readers.map((person) => readEverything(ledger, person)));
}

function habitOf(index: number): Habit {
  return HABITS[index % HABITS.length] ?? 'none';
}

async function readEverything(ledger: Ledger, person: Person): Promise<void> {
  const { holdings, userId } = person;
  for (const id of holdings.conversations()) {
    if (holdings.upTo(id) > markerOf(ledger, userId, id)) await readAndNote(ledger, person, id);
  }
}
