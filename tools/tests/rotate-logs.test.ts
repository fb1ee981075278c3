import { mkdtemp, open, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { rotateLogs } from '../start/rotate-logs.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vestnik-logs-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test('a log that has become long is put aside while its process writes on, and short logs and other files stay', async () => {
  const path = join(folder, 'gateway-1.log');
  const log = await open(path, 'a');
  await log.write('x'.repeat(2_000));
  await writeFile(join(folder, 'short.log'), 'short');
  await writeFile(join(folder, 'data.txt'), 'y'.repeat(2_000));
  await rotateLogs(folder, 1_000);
  await log.write('after');
  await log.close();

  const read = (name: string) => readFile(join(folder, name), 'utf8');
  expect(await read('gateway-1.log')).toBe('after');
  expect(await read('gateway-1.log.1')).toBe('x'.repeat(2_000));
  expect(await read('short.log')).toBe('short');
  expect((await read('data.txt')).length).toBe(2_000);

  // The next one takes the place of the one before.
  await writeFile(path, 'z'.repeat(1_500));
  await rotateLogs(folder, 1_000);
  expect(await read('gateway-1.log.1')).toBe('z'.repeat(1_500));
});
