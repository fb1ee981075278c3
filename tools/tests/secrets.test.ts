import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { keepSecrets } from '../start/secrets.ts';

let folder: string;
let file: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vestnik-secrets-'));
  file = join(folder, 'secrets.json');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test('secrets are made once and kept', async () => {
  const secrets = await keepSecrets(file);
  expect(await keepSecrets(file)).toEqual(secrets);
});

test('a service that came later gets secrets of its own, and no other secret changes', async () => {
  const { passwords, busPasswords, jwtSecret } = await keepSecrets(file);
  const { presence, ...olderPasswords } = passwords;
  const { presence: onBus, ...olderBusPasswords } = busPasswords;
  await writeFile(file, JSON.stringify({ jwtSecret, passwords: olderPasswords, busPasswords: olderBusPasswords }));
  const again = await keepSecrets(file);
  expect(again).toMatchObject({ jwtSecret, passwords: olderPasswords, busPasswords: olderBusPasswords });
  expect(again.passwords.presence).toMatch(/^[\w-]{32}$/);
  expect([presence, onBus]).not.toContain(again.passwords.presence);
  expect(JSON.parse(await readFile(file, 'utf8'))).toEqual(again);
});

test.each([
  ['text that is no JSON', '{'],
  ['no key of the tokens', '{"passwords": {}}'],
  ['a password that is no text', '{"jwtSecret": "s", "passwords": {"messages": 7}}'],
])('a file with %s is broken, and stays as it is', async (_what, text) => {
  await writeFile(file, text);
  await expect(keepSecrets(file)).rejects.toThrow(`${file} is broken: restore it, or delete it`);
  expect(await readFile(file, 'utf8')).toBe(text);
});
