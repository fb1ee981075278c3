import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { exportJWK, SignJWT } from 'jose';
import { createVerifier, type Verifier } from '../src/index.ts';

/** Beyond the age at which the set is asked for again. */
const ELEVEN_MINUTES_MS = 660_000;

const pairs = { old: generateKeyPairSync('ed25519'), young: generateKeyPairSync('ed25519') };
type Kid = keyof typeof pairs;

/** The issuer: which keys its set has, whether it answers, and how often it was asked. */
let issuer: Server;
let served: Kid[];
let isAway: boolean;
let asked: number;
let verify: Verifier;

beforeEach(async () => {
  [served, isAway, asked] = [['old'], false, 0];
  // Timers and the network go on by the real clock.
  jest.useFakeTimers({
    now: Date.now(),
    doNotFake: ['nextTick', 'queueMicrotask', 'setImmediate', 'setTimeout', 'setInterval'],
  });
  issuer = createServer(async (_, response) => {
    asked += 1;
    const keys = served.map(async (kid) => ({ kid, ...(await exportJWK(pairs[kid].publicKey)) }));
    response.statusCode = isAway ? 503 : 200;
    response.end(JSON.stringify({ keys: await Promise.all(keys) }));
  }).listen(0, '127.0.0.1');
  await once(issuer, 'listening');
  verify = createVerifier({ jwksUrl: `http://127.0.0.1:${(issuer.address() as AddressInfo).port}/keys` });
});

afterEach(() => {
  jest.useRealTimers();
  issuer.closeAllConnections();
  issuer.close();
});

function sign(kid: Kid, by: Kid = kid, more: Record<string, unknown> = {}): Promise<string> {
  const claims = new SignJWT({ id: 7, companyId: 1, ...more }).setProtectedHeader({ alg: 'EdDSA', kid });
  return claims.setExpirationTime('1h').sign(pairs[by].privateKey);
}

/** Lets what is under way in the background come to its end. */
async function afterNextAnswer(): Promise<void> {
  const before = asked;
  while (asked === before) await new Promise((resolve) => setImmediate(resolve));
  for (let turn = 0; turn < 100; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

test('the first token of a key waits for the set, from then on the answer is there at once', async () => {
  const first = verify(await sign('old'));
  expect(first).toBeInstanceOf(Promise);
  expect(await first).toMatchObject({ userId: 7 });
  expect(verify(await sign('old'))).toMatchObject({ userId: 7 });
  expect(verify(await sign('old', 'young'))).toBeUndefined();
  expect(asked).toBe(1);
});

test('a token that says it was issued in the future is refused, whether or not its key is known', async () => {
  const issued = (offset: number) => sign('old', 'old', { iat: Math.floor(Date.now() / 1_000) + offset });
  expect(await verify(await issued(60))).toBeUndefined();
  expect(await verify(await issued(3))).toMatchObject({ userId: 7 });
  expect(verify(await issued(60))).toBeUndefined();
});

test('a key that the issuer has added is found, one that it does not have is refused and not asked for again and again', async () => {
  await verify(await sign('old'));
  expect(await verify(await sign('young'))).toBeUndefined();
  served = ['old', 'young'];
  jest.advanceTimersByTime(6_000);
  expect(await verify(await sign('young'))).toMatchObject({ userId: 7 });
  expect(asked).toBe(2);
});

test('a key that the issuer has taken away is refused after ten minutes', async () => {
  await verify(await sign('old'));
  served = ['young'];
  jest.advanceTimersByTime(ELEVEN_MINUTES_MS);
  void verify(await sign('old'));
  await afterNextAnswer();
  expect(await verify(await sign('old'))).toBeUndefined();
  expect(await verify(await sign('young'))).toMatchObject({ userId: 7 });
});

test('while the issuer is away its known keys stay good, and it is not asked for every token', async () => {
  await verify(await sign('old'));
  isAway = true;
  jest.advanceTimersByTime(ELEVEN_MINUTES_MS);
  void verify(await sign('old'));
  await afterNextAnswer();
  for (let count = 0; count < 10; count += 1) expect(verify(await sign('old'))).toMatchObject({ userId: 7 });
  expect(await verify(await sign('young'))).toBeUndefined();
  const before = asked;
  isAway = false;
  jest.advanceTimersByTime(6_000);
  void verify(await sign('old'));
  await afterNextAnswer();
  expect(asked).toBe(before + 1);
});
