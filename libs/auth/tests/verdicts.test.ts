import { createHmac, createSecretKey, generateKeyPairSync, type KeyObject, sign as signBy } from 'node:crypto';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { jwtVerify } from 'jose';
import { CLOCK_TOLERANCE_SECONDS, createVerifier, type Identity, signToken, type Verifier } from '../src/index.ts';

const SECRET = 'a secret of more than thirty-two bytes';
const OTHER_SECRET = 'another secret of more than thirty-two bytes';
const verify = createVerifier({ secret: SECRET });

const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

function sign(header: unknown, claims: unknown, { secret = SECRET, hash = 'sha256' } = {}): string {
  const content = `${encode(header)}.${encode(claims)}`;
  return `${content}.${createHmac(hash, secret).update(content).digest('base64url')}`;
}

/** A token of these bytes, or of this as JSON. */
function signBytes(header: unknown, claims: unknown): string {
  const part = (value: unknown) => (Buffer.isBuffer(value) ? value.toString('base64url') : encode(value));
  const content = `${part(header)}.${part(claims)}`;
  return `${content}.${createHmac('sha256', SECRET).update(content).digest('base64url')}`;
}

/** A verifier, how a test signs a header and claims for it, and the key by which `jose` judges the same token. */
interface Kind {
  algorithm: string;
  verify: Verifier;
  sign: (header: unknown, claims: unknown) => string;
  key: KeyObject;
}

function pair(algorithm: string, { publicKey, privateKey }: { publicKey: KeyObject; privateKey: KeyObject }): Kind {
  const hash = algorithm === 'EdDSA' ? null : 'sha256';
  return {
    algorithm,
    verify: createVerifier({ publicKey: publicKey.export({ type: 'spki', format: 'pem' }).toString() }),
    sign(header, claims) {
      const content = `${encode(header)}.${encode(claims)}`;
      const signature = signBy(hash, Buffer.from(content), { key: privateKey, dsaEncoding: 'ieee-p1363' });
      return `${content}.${signature.toString('base64url')}`;
    },
    key: publicKey,
  };
}

const KINDS: Kind[] = [
  { algorithm: 'HS256', verify, sign, key: createSecretKey(Buffer.from(SECRET)) },
  pair('RS256', generateKeyPairSync('rsa', { modulusLength: 2_048 })),
  pair('ES256', generateKeyPairSync('ec', { namedCurve: 'P-256' })),
  pair('EdDSA', generateKeyPairSync('ed25519')),
];

async function isAcceptedByJose({ algorithm, key }: Kind, token: string): Promise<boolean> {
  const options = { algorithms: [algorithm], clockTolerance: CLOCK_TOLERANCE_SECONDS, requiredClaims: ['exp'] };
  return jwtVerify(token, key, options).then(
    () => true,
    () => false,
  );
}

const now = () => Math.floor(Date.now() / 1_000);
const HEADER = { alg: 'HS256', typ: 'JWT' };
const claimsNow = () => ({ id: 7, companyId: 1, exp: now() + 60 });

test('a token that was signed names its user, whatever its name says', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1 }),
      fc.integer({ min: 1 }),
      fc.string({ unit: 'binary' }),
      (id, companyId, name) => {
        const token = signToken(SECRET, { id, companyId, name }, 60);
        const identity = verify(token);
        expect(identity).toMatchObject({ userId: id, companyId, expiresAt: expect.any(Number) });
        expect([name, undefined]).toContain((identity as Identity).name);
      },
    ),
  );
});

test.each(KINDS)('headers and times are judged as jose judges them: $algorithm', async (kind) => {
  const header = fc.record(
    {
      alg: fc.constantFrom('HS256', 'HS512', 'RS256', 'ES256', 'EdDSA', 'none', 'None', 'hs256', '', 5, null, [
        'HS256',
      ]),
      typ: fc.constantFrom('JWT', 'jwt', 'other', 3, null),
      crit: fc.constantFrom<unknown>(['exp'], ['b64', 'x'], [], 'exp', null),
      kid: fc.string(),
    },
    { requiredKeys: [] },
  );
  const aTime = fc.oneof(
    fc.integer({ min: -20, max: 20 }).filter((offset) => Math.abs(Math.abs(offset) - CLOCK_TOLERANCE_SECONDS) > 1),
    fc.constantFrom<unknown>('soon', null, true, []),
  );
  const times = fc.record({ exp: aTime, nbf: aTime, iat: aTime }, { requiredKeys: [] });
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(header, fc.constant({ alg: kind.algorithm }), fc.jsonValue()),
      times,
      async (head, offsets) => {
        const moved = Object.entries(offsets).map(([claim, offset]) => [
          claim,
          typeof offset === 'number' ? now() + offset : offset,
        ]);
        const token = kind.sign(head, { id: 7, companyId: 1, ...Object.fromEntries(moved) });
        // `jose` takes tokens of the future.
        const isOfTheFuture = typeof offsets.iat === 'number' && offsets.iat > CLOCK_TOLERANCE_SECONDS;
        expect(kind.verify(token) !== undefined).toBe(!isOfTheFuture && (await isAcceptedByJose(kind, token)));
      },
    ),
    { numRuns: 500 },
  );
});

test.each(KINDS)('a token that says it was issued in the future is refused: $algorithm', (kind) => {
  const issued = (offset: number) => kind.sign({ alg: kind.algorithm }, { ...claimsNow(), iat: now() + offset });
  expect(kind.verify(issued(CLOCK_TOLERANCE_SECONDS - 1))).toMatchObject({ userId: 7 });
  for (const offset of [CLOCK_TOLERANCE_SECONDS + 2, 60, 1e300]) expect(kind.verify(issued(offset))).toBeUndefined();
});

test.each(KINDS)('a token that was changed anywhere is refused: $algorithm', (kind) => {
  const token = kind.sign({ alg: kind.algorithm }, claimsNow());
  expect(kind.verify(token)).toMatchObject({ userId: 7 });
  fc.assert(
    fc.property(fc.nat(token.length - 1), fc.string({ minLength: 1, maxLength: 1 }), (at, character) => {
      fc.pre(token[at] !== character);
      expect(kind.verify(token.slice(0, at) + character + token.slice(at + 1))).toBeUndefined();
    }),
    { numRuns: 1_000 },
  );
});

test('a token that is not ours in every respect is refused', () => {
  const good = sign(HEADER, claimsNow());
  expect(verify(good)).toMatchObject({ userId: 7, companyId: 1 });
  const [header, claims, signature] = good.split('.');
  const bad = {
    'another secret': sign(HEADER, claimsNow(), { secret: OTHER_SECRET }),
    'another hash': sign({ alg: 'HS512' }, claimsNow(), { hash: 'sha512' }),
    'no signature': `${header}.${claims}.`,
    unsigned: `${encode({ alg: 'none' })}.${claims}.`,
    'another header': `${encode({ alg: 'none' })}.${claims}.${signature}`,
    'other claims': `${header}.${encode({ ...claimsNow(), id: 8 })}.${signature}`,
    padding: `${good}=`,
    'a fourth part': `${good}.x`,
    'a list of claims': sign(HEADER, [claimsNow()]),
    'an id that is no number': sign(HEADER, { ...claimsNow(), id: '7' }),
    'an id below one': sign(HEADER, { ...claimsNow(), id: 0 }),
    'no end': sign(HEADER, { id: 7, companyId: 1 }),
    'a length beyond the limit': sign(HEADER, { ...claimsNow(), padding: 'x'.repeat(8_192) }),
    nothing: '',
    dots: '..',
    'a header that is not UTF-8': signBytes(Buffer.from('{"alg":"HS256","x":"\xff"}', 'latin1'), claimsNow()),
    'claims that are not UTF-8': signBytes(
      HEADER,
      Buffer.from(`{"id":7,"companyId":1,"exp":${now() + 60},"name":"\xff"}`, 'latin1'),
    ),
  };
  for (const [kind, token] of Object.entries(bad)) expect({ kind, identity: verify(token) }).toEqual({ kind });
});
