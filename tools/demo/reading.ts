import type { Person } from './person.ts';

/** How a person reads: everything, now and then, or nothing but what they answer to. */
type Habit = 'all' | 'some' | 'none';

const HABITS: readonly Habit[] = ['all', 'some', 'none'];
const ROUND_MS = 400;
/** Who reads now and then reads in one of this many rounds. */
const SOME_ROUNDS = 5;
/** Receipts of one round times their receivers, at most: what a group of a thousand makes of one receipt is much. */
const RECEIPTS_TIMES_PEOPLE = 2_000;

/** Has people read what arrives, each after their own habit, until stopped. */
export function startReading(
  people: Person[],
  onFault: (person: Person, what: string) => void,
): { stop(): Promise<void> } {
  const atOnce = Math.max(1, Math.floor(RECEIPTS_TIMES_PEOPLE / people.length));
  const underWay = new Set<Promise<void>>();
  let round = 0;
  let next = 0;
  const timer = setInterval(() => {
    round += 1;
    for (let count = 0; count < Math.min(atOnce, people.length); count += 1) {
      const index = next % people.length;
      next += 1;
      const habit = habitOf(index);
      const person = people[index];
      if (!person?.isPresent() || habit === 'none') continue;
      if (habit === 'some' && (round + index) % SOME_ROUNDS !== 0) continue;
      const done: Promise<void> = readEverything(person)
        .catch((error: Error) => {
          // Who leaves in the middle of a page reads no further.
          if (!person.hasLeft()) onFault(person, `reading: ${error.message}`);
        })
        .finally(() => underWay.delete(done));
      underWay.add(done);
    }
  }, ROUND_MS);
  return {
    async stop() {
      clearInterval(timer);
      await Promise.all(underWay);
    },
  };
}

/** Has those who read everything read what came last. */
export async function readToTheEnd(people: Person[]): Promise<void> {
  const readers = people.filter((person, index) => person.isPresent() && habitOf(index) === 'all');
  await Promise.all(readers.map(readEverything));
}

function habitOf(index: number): Habit {
  return HABITS[index % HABITS.length] ?? 'none';
}

async function readEverything(person: Person): Promise<void> {
  for (const [conversationId, copy] of person.copies) {
    if (copy.upTo > (person.markers.get(conversationId) ?? 0)) await person.read(conversationId, copy.upTo);
  }
}
