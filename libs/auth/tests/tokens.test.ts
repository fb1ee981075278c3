import { createHmac, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { createVerifier, type Identity, signToken } from '../src/index.ts';

const SECRET = 'a secret of the tests, at least 32 bytes long';
const inAnHour = () => Math.floor(Date.now() / 1_000) + 3_600;
const claims = () => ({ id: 7, companyId: 1, exp: inAnHour() });

const encode = (part: unknown) => Buffer.from(JSON.stringify(part)).toString('base64url');
const rsa = generateKeyPairSync('rsa', { modulusLength: 2_048 });
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const ed = generateKeyPairSync('ed25519');
const pem = (key: KeyObject) => key.export({ type: 'spki', format: 'pem' }).toString();

/** A token with this very header and payload, signed by an HMAC key or a private key. */
function forge(header: object, payload: object, key: string | Buffer | KeyObject, hash = 'sha256'): string {
  const signed = `${encode(header)}.${encode(payload)}`;
  const signature =
    typeof key === 'string' || Buffer.isBuffer(key)
      ? createHmac(hash, key).update(signed).digest()
      : sign(key.asymmetricKeyType === 'ed25519' ? null : hash, Buffer.from(signed), {
          key,
          dsaEncoding: 'ieee-p1363',
        });
  return `${signed}.${signature.toString('base64url')}`;
}

describe('with trusted issuers', () => {
  const keys = ['one', 'two'].map(() => generateKeyPairSync('ed25519'));
  const pem = (index: number) => keys[index]?.publicKey.export({ type: 'spki', format: 'pem' }) as string;
  const verify = createVerifier({
    issuers: [
      { issuer: 'https://one.example', publicKey: pem(0), companies: [1, 2] },
      { issuer: 'https://two.example', publicKey: pem(1), companies: '*', audience: 'messenger' },
    ],
  });
  const signed = (index: number, more: object) => {
    const text = `${encode({ alg: 'EdDSA' })}.${encode({ ...claims(), ...more })}`;
    const { privateKey } = keys[index] ?? generateKeyPairSync('ed25519');
    return `${text}.${sign(null, Buffer.from(text), privateKey).toString('base64url')}`;
  };

  test('the issuer of a token chooses the key, and signs for its own companies and audience only', async () => {
    const iss = ['https://one.example', 'https://two.example'];
    expect(await verify(signed(0, { iss: iss[0], companyId: 2 }))).toMatchObject({ userId: 7, companyId: 2 });
    expect(await verify(signed(1, { iss: iss[1], companyId: 3, aud: ['x', 'messenger'] }))).toMatchObject({
      companyId: 3,
    });
    for (const refused of [
      signed(0, { iss: iss[0], companyId: 3 }),
      signed(0, { iss: iss[1], companyId: 1, aud: 'messenger' }),
      signed(1, { iss: iss[0], companyId: 1 }),
      signed(1, { iss: iss[1], companyId: 3 }),
      signed(1, { iss: iss[1], companyId: 3, aud: 'another' }),
      signed(0, { companyId: 1 }),
      signed(0, { iss: 'https://three.example', companyId: 1 }),
      signed(0, { iss: [iss[0]], companyId: 1 }),
    ]) {
      expect(await verify(refused)).toBeUndefined();
    }
  });

  test('an issuer that is named twice is refused at the start', () => {
    const issuer = { issuer: 'https://one.example', publicKey: pem(0), companies: [1] };
    expect(() => createVerifier({ issuers: [issuer, issuer] })).toThrow('must name each issuer once');
  });
});

test('a token for another audience than the configured one is refused', async () => {
  const verify = createVerifier({ secret: SECRET }, { maxSeconds: Number.POSITIVE_INFINITY, audience: 'messenger' });
  const of = (aud: unknown) => verify(forge({ alg: 'HS256' }, { ...claims(), aud }, SECRET));
  expect(await of('messenger')).toMatchObject({ userId: 7 });
  for (const other of [undefined, 'another', ['another'], { messenger: true }]) expect(await of(other)).toBeUndefined();
});

describe('with a shared secret', () => {
  const verify = createVerifier({ secret: SECRET });

  test('a token says who it speaks for', async () => {
    expect(await verify(signToken(SECRET, { id: 7, companyId: 1, name: 'Anna' }, 60))).toMatchObject({
      userId: 7,
      companyId: 1,
      name: 'Anna',
    });
    expect(await verify(forge({ alg: 'HS256' }, claims(), SECRET))).toMatchObject({ userId: 7 });
  });

  test('claims that describe the user are read, and a malformed one is ignored', async () => {
    const described = (more: object) => verify(forge({ alg: 'HS256' }, { ...claims(), ...more }, SECRET));
    const picture = 'https://example.org/anna.png';
    expect(await described({ name: 'Анна', companyName: 'Birch', picture, companyRole: 'admin' })).toMatchObject({
      name: 'Анна',
      companyName: 'Birch',
      pictureUrl: picture,
      companyRole: 'admin',
    });
    const nothing = { name: undefined, companyName: undefined, pictureUrl: undefined, companyRole: undefined };
    expect(
      await described({ name: 7, companyName: ' ', picture: 'http://a.example/', companyRole: 'owner' }),
    ).toMatchObject(nothing);
    expect(await described({ name: 'a\0b', companyName: null, picture: 'x', companyRole: ['admin'] })).toMatchObject(
      nothing,
    );
    expect(await described({ name: '𝒜'.repeat(200) })).toMatchObject({ name: '𝒜'.repeat(200) });
    expect(await described({ name: 'x'.repeat(201) })).toMatchObject(nothing);
  });

  test.each([
    ['algorithm none', () => `${encode({ alg: 'none' })}.${encode(claims())}.`],
    ['none in other letters', () => `${encode({ alg: 'nOnE' })}.${encode(claims())}.`],
    ['no algorithm', () => forge({ typ: 'JWT' }, claims(), SECRET)],
    ['a stronger algorithm that was not agreed on', () => forge({ alg: 'HS512' }, claims(), SECRET, 'sha512')],
    ['an algorithm with a private key', () => forge({ alg: 'RS256' }, claims(), rsa.privateKey)],
    ['no signature', () => forge({ alg: 'HS256' }, claims(), SECRET).replace(/[^.]+$/, '')],
    ['the empty key', () => forge({ alg: 'HS256' }, claims(), '')],
    [
      'a key that the header brings along',
      () => forge({ alg: 'HS256', jwk: { kty: 'oct', k: encode('x') } }, claims(), 'x'),
    ],
    [
      'a key from where the header says',
      () => forge({ alg: 'HS256', jku: 'http://127.0.0.1/keys', kid: 'x' }, claims(), 'x'),
    ],
    ['a file as key', () => forge({ alg: 'HS256', kid: '../../../../dev/null' }, claims(), '')],
    ['a key by SQL', () => forge({ alg: 'HS256', kid: "x' union select 'x" }, claims(), 'x')],
    ['an extension that must be understood', () => forge({ alg: 'HS256', crit: ['x'], x: 1 }, claims(), SECRET)],
    ['a payload that is not encoded', () => forge({ alg: 'HS256', b64: false, crit: ['b64'] }, claims(), SECRET)],
    [
      'a changed payload',
      () => forge({ alg: 'HS256' }, claims(), SECRET).replace(/\.[^.]+\./, `.${encode({ ...claims(), id: 8 })}.`),
    ],
    ['not valid yet', () => forge({ alg: 'HS256' }, { ...claims(), nbf: inAnHour() }, SECRET)],
    ['an expiry as text', () => forge({ alg: 'HS256' }, { ...claims(), exp: String(inAnHour()) }, SECRET)],
    ['an expiry beyond all dates', () => forge({ alg: 'HS256' }, { ...claims(), exp: 1e300 }, SECRET)],
    ['an endless token', () => forge({ alg: 'HS256' }, { ...claims(), x: 'x'.repeat(9_000) }, SECRET)],
    ['a fractional id', () => forge({ alg: 'HS256' }, { ...claims(), id: 7.5 }, SECRET)],
    ['an id that is a list', () => forge({ alg: 'HS256' }, { ...claims(), id: [7] }, SECRET)],
    ['a payload that is a list', () => forge({ alg: 'HS256' }, [claims()], SECRET)],
    ['nothing', () => ''],
    ['dots', () => '..'],
    ['five parts', () => `${forge({ alg: 'HS256' }, claims(), SECRET)}.x.y`],
  ])('is refused: %s', async (_, make) => {
    expect(await verify(make())).toBeUndefined();
  });
});

describe('of limited lifetime', () => {
  const MAX_SECONDS = 86_400;
  const verify = createVerifier({ secret: SECRET }, { maxSeconds: MAX_SECONDS });
  const withEnd = (exp: number, more: object = {}) => forge({ alg: 'HS256' }, { ...claims(), exp, ...more }, SECRET);
  const now = () => Math.floor(Date.now() / 1_000);

  test('a token that is good for longer than the limit is refused', () => {
    expect(verify(withEnd(now() + MAX_SECONDS))).toMatchObject({ userId: 7 });
    for (const exp of [now() + MAX_SECONDS + 60, 253_370_764_800, 8_640_000_000_000]) {
      expect(verify(withEnd(exp))).toBeUndefined();
    }
  });

  test('a token without an issue time counts as issued when the longest good token of its end was', () => {
    const exp = now() + 3_600;
    expect(verify(withEnd(exp))).toMatchObject({ issuedAt: exp - MAX_SECONDS });
    expect(verify(withEnd(exp, { iat: exp - 7_200 }))).toMatchObject({ issuedAt: exp - 7_200 });
  });
});

describe('with a public key', () => {
  test.each([
    ['RSA', rsa.privateKey.export({ type: 'pkcs1', format: 'pem' })],
    ['EC', ec.privateKey.export({ type: 'sec1', format: 'pem' })],
    ['Ed25519', ed.privateKey.export({ type: 'pkcs8', format: 'pem' })],
    [
      'of lines joined by \\n',
      ed.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString().replaceAll('\n', '\\n'),
    ],
  ])('a private key in its place is refused: %s', (_, privatePem) => {
    expect(() => createVerifier({ publicKey: privatePem.toString() })).toThrow('is a private key; give the public key');
  });

  test.each([
    ['RS256', rsa],
    ['ES256', ec],
    ['EdDSA', ed],
  ])('its own algorithm alone is taken, and the key is no secret for an HMAC: %s', async (alg, pair) => {
    const verify = createVerifier({ publicKey: pem(pair.publicKey) });
    expect(await verify(forge({ alg }, claims(), pair.privateKey))).toMatchObject({ userId: 7 });
    for (const form of [pem(pair.publicKey), pem(pair.publicKey).trim()]) {
      expect(await verify(forge({ alg: 'HS256' }, claims(), form))).toBeUndefined();
    }
    const der = pair.publicKey.export({ type: 'spki', format: 'der' });
    expect(await verify(forge({ alg: 'HS256' }, claims(), der))).toBeUndefined();
    const foreign = generateKeyPairSync('rsa', { modulusLength: 2_048 }).privateKey;
    expect(await verify(forge({ alg: 'RS256' }, claims(), foreign))).toBeUndefined();
  });

  test('a token is one and the same for its revocation, in whichever way its signature is written', () => {
    const verify = createVerifier({ publicKey: pem(ec.publicKey) });
    const one = forge({ alg: 'ES256' }, claims(), ec.privateKey);
    const other = otherSpelling(one);
    expect(other).not.toBe(one);
    const [first, second] = [one, other].map((token) => verify(token) as Identity);
    expect(first).toMatchObject({ userId: 7 });
    expect(second).toEqual(first);
  });
});

/** The order of the curve P-256 (SEC 2, 2.4.2). */
const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

/** Of an ECDSA signature (r, s), (r, n - s) is one as well, and anybody can write it. */
function otherSpelling(token: string): string {
  const end = token.lastIndexOf('.');
  const hex = Buffer.from(token.slice(end + 1), 'base64url').toString('hex');
  const s = (ORDER - BigInt(`0x${hex.slice(64)}`)).toString(16).padStart(64, '0');
  return `${token.slice(0, end)}.${Buffer.from(hex.slice(0, 64) + s, 'hex').toString('base64url')}`;
}
