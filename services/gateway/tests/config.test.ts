import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { readConfig } from '../src/config.ts';

const required = { NATS_URL: 'nats://127.0.0.1:4222', JWT_SECRET: 'x'.repeat(32) };
const originsOf = (origins: string) => readConfig({ ...required, FRONTEND_URL: origins }).origins;

test('a shared secret has 32 bytes at least', () => {
  expect(readConfig({ ...required, JWT_SECRET: 'é'.repeat(16) }).keys).toEqual({ secret: 'é'.repeat(16) });
  expect(() => readConfig({ ...required, JWT_SECRET: 'x'.repeat(31) })).toThrow(
    'JWT_SECRET must be at least 32 bytes.',
  );
});

describe('origins', () => {
  test('are taken as browsers say them, whatever slash or letters they are given with', () => {
    const given = 'https://A.example/, http://localhost:5173 ,https://b.example:443,capacitor://localhost';
    expect(originsOf(given)).toEqual([
      'https://a.example',
      'http://localhost:5173',
      'https://b.example',
      'capacitor://localhost',
    ]);
    expect(originsOf('')).toEqual([]);
  });

  test.each(['a.example', '*', 'https://a.example/app', 'https://a.example,b', 'localhost:5173', 'null'])(
    'are refused when no browser could say them: %s',
    (origins) => expect(() => originsOf(origins)).toThrow(/^FRONTEND_URL: /),
  );
});

test('trusted issuers are read from a file, in place of the other keys, and a broken file is one line', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'vestnik-issuers-'));
  const path = join(folder, 'issuers.json');
  const read = async (content: string) => {
    await writeFile(path, content);
    return readConfig({ NATS_URL: 'nats://bus', JWT_SECRET: 'x'.repeat(32), TRUSTED_ISSUERS: path }).keys;
  };
  const issuer = { issuer: 'https://one.example', jwksUrl: 'https://one.example/keys', companies: [1] };
  expect(await read(JSON.stringify([issuer]))).toEqual({ issuers: [issuer] });
  await expect(read('[')).rejects.toThrow(`TRUSTED_ISSUERS: ${path} is no JSON.`);
  for (const broken of [
    [],
    [{ ...issuer, companies: [] }],
    [{ ...issuer, jwksUrl: undefined }],
    [{ ...issuer, key: 1 }],
  ]) {
    await expect(read(JSON.stringify(broken))).rejects.toThrow(`TRUSTED_ISSUERS: ${path} must be a list of issuer`);
  }
  await rm(folder, { recursive: true });
});
