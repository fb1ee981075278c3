import { expect, test } from '@jest/globals';
import type { Environment } from '@vestnik/config';
import { panel } from '../start/panel.ts';
import { readStartSettings } from '../start/settings.ts';

const JWT_SECRET = 'a secret of thirty-two bytes or more';
const system = { pid: 1, gateways: [], operations: {}, natsUrl: '', revokerUrl: '', jwtSecret: JWT_SECRET };
const tokensIn = (text: string) => text.match(/eyJ[\w-]+\.[\w-]+\.[\w-]+/g) ?? [];
const shown = (env: Environment, isTerminal: boolean) =>
  tokensIn(panel(readStartSettings(env), system, '1 s', isTerminal));

test('the start shows tokens on a terminal alone, for a day', () => {
  const tokens = shown({}, true);
  expect(tokens).toHaveLength(2);
  for (const token of tokens) {
    const { iat, exp } = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
    expect(exp - iat).toBe(86_400);
  }
  expect(shown({}, false)).toEqual([]);
});

test.each([{ JWT_SECRET }, { DATABASE_URL: 'postgres://h/d' }, { NATS_URL: 'nats://h' }])(
  'the start shows no token of a system that is not for trying out: %j',
  (env) => {
    expect(shown(env, true)).toEqual([]);
  },
);
