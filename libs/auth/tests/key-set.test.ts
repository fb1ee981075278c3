import { generateKeyPairSync, type KeyObject, randomUUID, sign as signBy } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { createVerifier, type KeyedVerifier } from '../src/index.ts';

/** Beyond the age at which the set is read again, and beyond the age at which its keys are no longer used. */
const ELEVEN_MINUTES_MS = 660_000;
const TWO_HOURS_MS = 7_200_000;

/** A key of an issuer and what its set says of it. */
interface IssuerKey {
  privateKey: KeyObject;
  jwk: Record<string, unknown>;
}

function createKey(kind: 'ed25519' | 'rsa' | 'ec', more: Record<string, unknown>): IssuerKey {
  const { publicKey, privateKey } =
    kind === 'rsa'
      ? generateKeyPairSync('rsa', { modulusLength: 2_048 })
      : kind === 'ec'
        ? generateKeyPairSync('ec', { namedCurve: 'P-256' })
        : generateKeyPairSync('ed25519');
  return { privateKey, jwk: { ...publicKey.export({ format: 'jwk' }), ...more } };
}

const OLD = createKey('ed25519', { kid: 'old' });
const YOUNG = createKey('ed25519', { kid: 'young' });

/** The issuer: the keys of its set, how it answers, and how often it was asked. */
let issuer: Server;
let served: IssuerKey[];
let answer: (response: ServerResponse) => void;
let asked: number;
let verify: KeyedVerifier;

const serveKeys = (response: ServerResponse) =>
  void response.end(JSON.stringify({ keys: served.map(({ jwk }) => jwk) }));
const beAway = (response: ServerResponse) => void response.writeHead(503).end();

beforeEach(async () => {
  [served, answer, asked] = [[OLD], serveKeys, 0];
  // Timers and the network go on by the real clock.
  jest.useFakeTimers({
    now: Date.now(),
    doNotFake: ['nextTick', 'queueMicrotask', 'setImmediate', 'setTimeout', 'setInterval'],
  });
  issuer = createServer((_, response) => {
    asked += 1;
    answer(response);
  }).listen(0, '127.0.0.1');
  await once(issuer, 'listening');
});

afterEach(() => {
  jest.useRealTimers();
  issuer.closeAllConnections();
  issuer.close();
});

/** Starts the verifier, which reads the set at once. */
function start(): void {
  verify = createVerifier({ jwksUrl: address() });
}

const address = () => `http://127.0.0.1:${(issuer.address() as AddressInfo).port}/keys`;

/** A token of user 7; its `kid` is that of the key unless the test says another. */
function sign({ privateKey, jwk }: IssuerKey, header: Record<string, unknown> = {}, claims = {}): string {
  const type = privateKey.asymmetricKeyType;
  const alg = type === 'ed25519' ? 'EdDSA' : type === 'rsa' ? 'RS256' : 'ES256';
  const exp = Math.floor(Date.now() / 1_000) + 36_000;
  const parts = [
    { alg, kid: jwk['kid'], ...header },
    { id: 7, companyId: 1, exp, jti: randomUUID(), ...claims },
  ];
  const content = parts.map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
  const signature = signBy(alg === 'EdDSA' ? null : 'sha256', Buffer.from(content), {
    key: privateKey,
    dsaEncoding: 'ieee-p1363',
  });
  return `${content}.${signature.toString('base64url')}`;
}

const GOOD = { userId: 7 };
const AWAY = { code: 'unavailable', retryAfterSeconds: 5 };

/** As the verifier, whether it answers at once or later. */
const judge = async (token: string) => verify(token);

/** Lets work that is under way in the background come to its end. */
async function afterNextAnswer(): Promise<void> {
  const before = asked;
  while (asked === before) await new Promise((resolve) => setImmediate(resolve));
  for (let tick = 0; tick < 100; tick += 1) await new Promise((resolve) => setImmediate(resolve));
}

test('the first token waits for the set, from then on the answer is there at once', async () => {
  start();
  const first = verify(sign(OLD));
  expect(first).toBeInstanceOf(Promise);
  expect(await first).toMatchObject(GOOD);
  expect(verify(sign(OLD))).toMatchObject(GOOD);
  expect(verify(sign({ ...YOUNG, jwk: OLD.jwk }))).toBeUndefined();
  expect(asked).toBe(1);
});

test('a token that says it was issued in the future is refused, whether or not its key is known', async () => {
  start();
  const issued = (offset: number) => sign(OLD, {}, { iat: Math.floor(Date.now() / 1_000) + offset });
  expect(await verify(issued(60))).toBeUndefined();
  expect(await verify(issued(3))).toMatchObject(GOOD);
  expect(verify(issued(60))).toBeUndefined();
});

test('a key that the issuer has added is found, one that it does not have is refused and not asked for again and again', async () => {
  start();
  await verify(sign(OLD));
  expect(await verify(sign(YOUNG))).toBeUndefined();
  served = [OLD, YOUNG];
  jest.advanceTimersByTime(6_000);
  expect(await verify(sign(YOUNG))).toMatchObject(GOOD);
  expect(asked).toBe(2);
});

test('a key that the issuer has taken away is refused after ten minutes', async () => {
  start();
  await verify(sign(OLD));
  served = [YOUNG];
  jest.advanceTimersByTime(ELEVEN_MINUTES_MS);
  void verify(sign(OLD));
  await afterNextAnswer();
  expect(await verify(sign(OLD))).toBeUndefined();
  expect(await verify(sign(YOUNG))).toMatchObject(GOOD);
});

test('a key that the issuer has taken away is refused with the first look at the set, whatever token caused it', async () => {
  start();
  await verify(sign(OLD));
  served = [YOUNG];
  jest.advanceTimersByTime(6_000);
  expect(await verify(sign(YOUNG))).toMatchObject(GOOD);
  expect(verify(sign(OLD))).toBeUndefined();
});

test('while the issuer is away its known keys stay good, and it is not asked for every token', async () => {
  start();
  await verify(sign(OLD));
  answer = beAway;
  jest.advanceTimersByTime(ELEVEN_MINUTES_MS);
  void verify(sign(OLD));
  await afterNextAnswer();
  for (let count = 0; count < 10; count += 1) expect(verify(sign(OLD))).toMatchObject(GOOD);
  await expect(judge(sign(YOUNG))).rejects.toMatchObject(AWAY);
  const before = asked;
  answer = serveKeys;
  jest.advanceTimersByTime(6_000);
  void verify(sign(OLD));
  await afterNextAnswer();
  expect(asked).toBe(before + 1);
  expect(verify(sign(YOUNG))).toBeUndefined();
});

test('keys that could not be confirmed for an hour are no longer used, and are again when the issuer is back', async () => {
  start();
  await verify(sign(OLD));
  expect(verify.hasKeys()).toBe(true);
  answer = beAway;
  jest.advanceTimersByTime(TWO_HOURS_MS);
  expect(verify.hasKeys()).toBe(false);
  await expect(judge(sign(OLD))).rejects.toMatchObject(AWAY);
  answer = serveKeys;
  jest.advanceTimersByTime(6_000);
  expect(await verify(sign(OLD))).toMatchObject(GOOD);
  expect(verify.hasKeys()).toBe(true);
});

describe('a set that cannot be read is no verdict about a token', () => {
  test.each<[string, (response: ServerResponse) => void]>([
    ['the issuer is away', beAway],
    ['the issuer hangs up', (response) => void response.destroy()],
    ['the answer is no JSON', (response) => void response.end('<html>')],
    ['the answer is no key set', (response) => void response.end('{}')],
    ['the set has no keys', (response) => void response.end('{"keys":[]}')],
    ['the answer leads elsewhere', (response) => void response.writeHead(302, { location: address() }).end()],
    [
      'the set is larger than 256 KiB',
      (response) => void response.end(JSON.stringify({ keys: [OLD.jwk], x: 'x'.repeat(300_000) })),
    ],
  ])('%s', async (_, answered) => {
    answer = answered;
    start();
    expect(verify.hasKeys()).toBe(false);
    await expect(judge(sign(OLD))).rejects.toMatchObject(AWAY);
    await expect(judge(sign(OLD))).rejects.toMatchObject(AWAY);
    expect(verify.hasKeys()).toBe(false);
    // A token that is no token at all is refused, with or without keys.
    expect(await judge('no.token.')).toBeUndefined();
    expect(asked).toBeLessThanOrEqual(2);
    answer = serveKeys;
    jest.advanceTimersByTime(6_000);
    expect(await judge(sign(OLD))).toMatchObject(GOOD);
  });
});

describe('every key that fits by its algorithm is tried', () => {
  test('two keys without a key id, tokens without one', async () => {
    served = [createKey('rsa', { use: 'sig' }), createKey('rsa', { use: 'sig' })];
    start();
    for (const key of served) expect(await judge(sign(key))).toMatchObject(GOOD);
  });

  test('two keys with one key id', async () => {
    served = [createKey('ec', { kid: 'k' }), createKey('ec', { kid: 'k' })];
    start();
    for (const key of served) expect(await judge(sign(key))).toMatchObject(GOOD);
  });

  test('a token without a key id, or with another than the set has', async () => {
    served = [createKey('ed25519', { kid: 'a' }), createKey('rsa', { kid: 'b' }), createKey('ec', { kid: 'c' })];
    start();
    for (const key of served) {
      expect(await judge(sign(key, { kid: undefined }))).toMatchObject(GOOD);
      expect(await judge(sign(key, { kid: 'z' }))).toMatchObject(GOOD);
      expect(await judge(sign(key, { kid: 7 }))).toMatchObject(GOOD);
    }
  });

  test('a key exchanged under its old key id is good with its first token, and the old one no longer', async () => {
    const [first, second] = [createKey('rsa', { kid: 'k' }), createKey('rsa', { kid: 'k' })];
    served = [first];
    start();
    expect(await judge(sign(first))).toMatchObject(GOOD);
    served = [second];
    jest.advanceTimersByTime(6_000);
    expect(await judge(sign(second))).toMatchObject(GOOD);
    expect(await judge(sign(first))).toBeUndefined();
  });

  test('keys that are not for tokens, too short or of another algorithm are not used', async () => {
    const short = generateKeyPairSync('rsa', { modulusLength: 1_024 });
    const weak = { privateKey: short.privateKey, jwk: short.publicKey.export({ format: 'jwk' }) };
    const sealing = createKey('rsa', { use: 'enc' });
    const other = createKey('rsa', { alg: 'PS256' });
    served = [weak, sealing, other, OLD];
    start();
    for (const key of [weak, sealing, other]) expect(await judge(sign(key))).toBeUndefined();
    expect(await judge(sign(OLD))).toMatchObject(GOOD);
  });
});

test.each(['HS256', 'none', 'RS512', 'Ed25519'])('a token of %s is refused without a look at the set', (alg) => {
  start();
  expect(verify(sign(OLD, { alg }))).toBeUndefined();
});

test('a set is read by https, or on this machine', () => {
  for (const jwksUrl of [
    'http://issuer.example/keys',
    'http://127.0.0.1.example/',
    'http://10.0.0.1/',
    'ftp://localhost/',
  ]) {
    expect(() => createVerifier({ jwksUrl })).toThrow('must be an https address, or http on a loopback address');
  }
});
