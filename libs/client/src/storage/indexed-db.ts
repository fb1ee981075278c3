import type { Storage } from '../options.ts';

/** The part of IndexedDB that is used here: types of browsers are not everywhere. */
interface Request<Value = unknown> {
  result: Value;
  error: Error | null;
  onsuccess: (() => void) | null;
  onerror: (() => void) | null;
}
interface ObjectStore {
  getAllKeys(): Request<string[]>;
  getAll(): Request<unknown[]>;
  put(value: unknown, key: string): Request;
  delete(key: string): Request;
  clear(): Request;
}
interface Transaction {
  objectStore(name: string): ObjectStore;
  oncomplete: (() => void) | null;
  onabort: (() => void) | null;
  error: Error | null;
}
interface Database {
  createObjectStore(name: string): ObjectStore;
  transaction(name: string, mode: 'readonly' | 'readwrite'): Transaction;
}
interface Factory {
  open(name: string, version: number): Request<Database> & { onupgradeneeded: (() => void) | null };
}

const ENTRIES = 'entries';

function resultOf<Value>(request: Request<Value>): Promise<Value> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error('IndexedDB failed'));
  });
}

/** Keeps the account in IndexedDB, in a database of this name. Give each user a name. */
export function indexedDbStorage(name: string): Storage {
  let opened: Promise<Database> | undefined;

  function open(): Promise<Database> {
    opened ??= (async () => {
      const request = (globalThis as unknown as { indexedDB: Factory }).indexedDB.open(name, 1);
      request.onupgradeneeded = () => request.result.createObjectStore(ENTRIES);
      return resultOf(request);
    })();
    // A browser that refuses now may grant it later.
    opened.catch(() => {
      opened = undefined;
    });
    return opened;
  }

  async function write(change: (entries: ObjectStore) => void): Promise<void> {
    const transaction = (await open()).transaction(ENTRIES, 'readwrite');
    change(transaction.objectStore(ENTRIES));
    await new Promise<void>((resolve, reject) => {
      transaction.oncomplete = () => resolve();
      transaction.onabort = () => reject(transaction.error ?? new Error('IndexedDB gave up'));
    });
  }

  return {
    async load() {
      const entries = (await open()).transaction(ENTRIES, 'readonly').objectStore(ENTRIES);
      const [keys, values] = await Promise.all([resultOf(entries.getAllKeys()), resultOf(entries.getAll())]);
      return new Map(keys.map((key, place) => [key, values[place]]));
    },
    save: (changes) =>
      write((entries) => {
        for (const [key, value] of changes) {
          if (value === undefined) entries.delete(key);
          else entries.put(value, key);
        }
      }),
    clear: () => write((entries) => entries.clear()),
  };
}
