import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type System, startSystem, token, until } from '@vestnik/testing';
import { type Client, type ConnectOptions, connect } from '../src/index.ts';

let system: System;

beforeAll(async () => {
  system = await startSystem();
});
afterAll(() => system?.stop());

test('the ten lines of the README connect, write, and hear of what is unread', async () => {
  const readme = await readFile(join(import.meta.dirname, '..', 'README.md'), 'utf8');
  const lines = /```ts\n([^`]+)```/.exec(readme)?.[1] ?? '';
  expect(lines.trim().split('\n').length).toBeLessThanOrEqual(10);
  const program = lines.replace(/^import .*$/m, '');

  let client: Client | undefined;
  const said: unknown[][] = [];
  const here = (options: ConnectOptions) => {
    client = connect({ ...options, url: system.restUrl(), socketUrl: system.socketUrl() });
    return client;
  };
  const tokenServer = async () => new Response(await token(7));
  const AsyncFunction = (async () => {}).constructor as FunctionConstructor;
  await AsyncFunction(
    'connect',
    'fetch',
    'console',
    program,
  )(here, tokenServer, { log: (...words: unknown[]) => said.push(words) });
  expect(said[0]).toEqual(['stored as', 1]);

  const { order } = (client as unknown as Client).account.getSnapshot();
  await (await system.rest(8))('POST', `/conversations/${order[0]}/messages`, { content: 'Good morning, Anna' });
  await until('it hears of the answer', () => said.some(([count, what]) => count === 1 && what === 'unread'));
  await (client as unknown as Client).close();
});
