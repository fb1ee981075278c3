import { mkdir, mkdtemp, readdir, readFile, rmdir, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { fileStorage } from '../src/node.ts';
import { DUE, useStorage } from './use-storage.ts';

describe('a storage in a file', () => {
  let folder: string;
  let file: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'vestnik-storage-'));
    file = join(folder, 'account.json');
  });

  test('holds what was saved last, across starts, and nothing after it was cleared', async () => {
    expect(await useStorage(() => fileStorage(file))).toEqual(DUE);
  });

  test('is a file for this user of the machine alone, and leaves no other file', async () => {
    await fileStorage(file).save(new Map([['account', { cursor: 'c1' }]]));
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(await readdir(folder)).toEqual(['account.json']);
  });

  test.each(['', '{"account": {"cur', 'null', '[1]', '"text"'])('that holds %j counts as empty', async (text) => {
    await writeFile(file, text);
    expect([...(await fileStorage(file).load())]).toEqual([]);
    await fileStorage(file).save(new Map([['account', 1]]));
    expect([...(await fileStorage(file).load())]).toEqual([['account', 1]]);
  });

  test('keeps the whole old state where the new one cannot be written, and says so', async () => {
    const storage = fileStorage(file);
    await storage.save(new Map([['account', { cursor: 'old' }]]));
    const text = await readFile(file, 'utf8');
    // A folder in the way of the new file: as a full disk, and root meets it too.
    await mkdir(`${file}.new`);
    await expect(storage.save(new Map([['account', { cursor: 'new' }]]))).rejects.toThrow('EISDIR');
    expect(await readFile(file, 'utf8')).toBe(text);
    await rmdir(`${file}.new`);
    await storage.save(new Map([['outbox/a', 1]]));
    expect([...(await fileStorage(file).load())]).toEqual([
      ['account', { cursor: 'new' }],
      ['outbox/a', 1],
    ]);
  });
});
