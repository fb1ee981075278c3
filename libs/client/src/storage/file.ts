import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import type { Storage } from '../options.ts';

/**
 * Keeps the account in a file of JSON, which is replaced as a whole. It belongs to one process at a time. A file that is no such
 * JSON counts as empty.
 */
export function fileStorage(path: string): Storage {
  let entries: Map<string, unknown> | undefined;
  let writing = Promise.resolve();
  let isDirty = false;

  async function load(): Promise<Map<string, unknown>> {
    if (entries) return entries;
    const text = await readFile(path, 'utf8').catch(() => '{}');
    try {
      const parsed: unknown = JSON.parse(text);
      entries = new Map(isRecord(parsed) ? Object.entries(parsed) : []);
    } catch {
      entries = new Map();
    }
    return entries;
  }

  /** Writes the newest state; changes that come meanwhile share the next writing. */
  function write(): Promise<void> {
    isDirty = true;
    writing = writing
      .catch(() => undefined)
      .then(async () => {
        if (!isDirty) return;
        isDirty = false;
        const text = JSON.stringify(Object.fromEntries(await load()));
        await writeFile(`${path}.new`, text, { mode: 0o600 });
        await rename(`${path}.new`, path);
      });
    return writing;
  }

  return {
    load,
    async save(changes) {
      const all = await load();
      for (const [key, value] of changes) {
        if (value === undefined) all.delete(key);
        else all.set(key, value);
      }
      await write();
    },
    async clear() {
      (await load()).clear();
      await writing.catch(() => undefined);
      await rm(path, { force: true });
    },
  };
}

function isRecord(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
