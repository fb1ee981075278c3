import type { Storage } from '../src/index.ts';

/** The entries of a storage at each step of its use, by name. */
export type Holdings = Record<string, [name: string, value: unknown][]>;

/** Puts a storage to use. `open` returns another one at the same place. */
export async function useStorage(open: () => Storage): Promise<Holdings> {
  const holdings: Holdings = {};
  const look = async (step: string) => {
    holdings[step] = [...(await open().load())].toSorted(([one], [other]) => one.localeCompare(other));
  };
  const storage = open();
  await look('at first');
  await storage.save(
    new Map<string, unknown>([
      ['account', { cursor: 'c1', people: [{ id: 7, name: 'Анна' }] }],
      ['conversation/1', { messages: [] }],
    ]),
  );
  await look('after a save');
  await storage.save(
    new Map<string, unknown>([
      ['account', { cursor: 'c2' }],
      ['conversation/1', undefined],
      ['outbox/a', { place: 1 }],
    ]),
  );
  await look('after a change and a deletion');
  await Promise.all([1, 2, 3].map((place) => storage.save(new Map([['account', { cursor: `at once ${place}` }]]))));
  await look('after three saves at once');
  await storage.clear();
  await look('after clear');
  await storage.save(new Map([['account', { cursor: 'new' }]]));
  await look('in use again');
  return holdings;
}

/** The entries that every storage has at these steps. */
export const DUE: Holdings = {
  'at first': [],
  'after a save': [
    ['account', { cursor: 'c1', people: [{ id: 7, name: 'Анна' }] }],
    ['conversation/1', { messages: [] }],
  ],
  'after a change and a deletion': [
    ['account', { cursor: 'c2' }],
    ['outbox/a', { place: 1 }],
  ],
  'after three saves at once': [
    ['account', { cursor: 'at once 3' }],
    ['outbox/a', { place: 1 }],
  ],
  'after clear': [],
  'in use again': [['account', { cursor: 'new' }]],
};
