import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { planAttendance } from '../demo/attendance.ts';
import { parseChatLog } from '../demo/chat-log.ts';
import { readChatLog } from '../demo/read-chat-log.ts';

test('a log is read as people and lines, and everything else in it passed over', () => {
  const log = parseChatLog('=== Anna has joined\n[12:00] <Anna> hello\nnoise\n[12:01] <Boris> hi\n');
  expect(log).toEqual({
    people: ['Anna', 'Boris'],
    lines: [
      { time: '12:00', author: 0, text: 'hello', addressee: undefined },
      { time: '12:01', author: 1, text: 'hi', addressee: undefined },
    ],
    empty: 0,
  });
});

test('nicks know no case', () => {
  const log = parseChatLog('[12:00] <Anna> hello\n[12:01] <ANNA> again\n');
  expect(log.people).toEqual(['Anna']);
  expect(log.lines.map((line) => line.author)).toEqual([0, 0]);
});

test.each([
  ['Boris: see you', 1],
  ['boris, see you', 1],
  ['Boris:', 1],
  ['Boris see you', undefined],
  ['Anna: note to myself', undefined],
  ['Clara: whoever that is', undefined],
  ['see you, Boris', undefined],
])('%j addresses person %p', (text, addressee) => {
  const log = parseChatLog(`[12:00] <Anna> ${text}\n[12:01] <Boris> yes\n`);
  expect(log.lines[0]?.addressee).toBe(addressee);
});

test('control characters survive, NUL does not', () => {
  const typed = '\x03bold\t\x1b[1m \r \u2028 \u200b';
  const log = parseChatLog(`[12:00] <Anna> ${typed}\0\n[12:01] <Boris> \0\n[12:02] <Boris>\n`);
  expect(log.lines.map((line) => line.text)).toEqual([typed]);
  expect(log.empty).toBe(2);
  expect(log.people).toEqual(['Anna']);
});

test('a file with carriage returns at all its line ends is read without them', () => {
  const log = parseChatLog('[12:00] <Anna> hello\r\n[12:01] <Boris> hi\r\n');
  expect(log.lines.map((line) => line.text)).toEqual(['hello', 'hi']);
});

test('who comes late or leaves early misses nothing that is theirs', () => {
  const lines = ['Anna', 'Boris', 'Anna', 'Dora', 'Clara', 'Anna'].map((nick) => `[12:00] <${nick}> hello\n`);
  const log = parseChatLog([...lines, '[12:01] <Anna> Dora: bye\n', '[12:01] <Anna> bye\n'].join(''));
  expect(log.people).toEqual(['Anna', 'Boris', 'Dora', 'Clara']);
  expect(planAttendance(log)).toEqual({ late: new Set([3]), leaving: new Set([1]), half: 4, watcher: 0 });
});

describe('the encoding of a log', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'vestnik-log-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  async function readBytes(...bytes: Buffer[]): Promise<Awaited<ReturnType<typeof readChatLog>>> {
    const file = join(folder, 'log.txt');
    await writeFile(file, Buffer.concat(bytes));
    return readChatLog(file);
  }

  test('a byte-order mark does not hide the first message', async () => {
    const { lines } = await readBytes(Buffer.from('\ufeff[12:00] <Zoë> café\n[12:01] <Борис> привет\n'));
    expect(lines.map(({ text }) => text)).toEqual(['café', 'привет']);
  });

  test.each([
    ['Latin-1', Buffer.from('[12:00] <Zo\u00eb> caf\u00e9\n', 'latin1')],
    ['UTF-16', Buffer.from('\ufeff[12:00] <Zoë> café\n', 'utf16le')],
    ['a letter that is cut in two', Buffer.from('[12:00] <Zoë> café').subarray(0, -1)],
  ])('%s is refused in one line, instead of losing letters', async (_, bytes) => {
    await expect(readBytes(bytes)).rejects.toThrow(/^\S+log\.txt is not UTF-8: convert it first, .*$/);
  });

  test('a replacement character that is in the log itself is kept', async () => {
    expect((await readBytes(Buffer.from('[12:00] <Anna> \ufffd\n'))).lines[0]?.text).toBe('\ufffd');
  });
});
