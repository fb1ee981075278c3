import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { signToken } from '@vestnik/auth';
import { createTestClient, restClient, SECRET, type System, startSystem, until } from '@vestnik/testing';
import { exportJWK, SignJWT } from 'jose';
import { io } from 'socket.io-client';

const [BIRCH, HOST] = ['https://birch.example', 'https://host.example'];
const ofBirch = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const ofHost = generateKeyPairSync('ed25519');

let system: System;
let keySet: Server;
let folder: string;

/** The issuer of company 1 serves its keys; the one of all other companies has one key, and an audience. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vestnik-issuers-'));
  const keys = [{ kid: 'birch', alg: 'ES256', ...(await exportJWK(ofBirch.publicKey)) }];
  keySet = createServer((_, response) => response.end(JSON.stringify({ keys }))).listen(0, '127.0.0.1');
  await once(keySet, 'listening');
  const { port } = keySet.address() as AddressInfo;
  const publicKey = ofHost.publicKey.export({ type: 'spki', format: 'pem' }).toString();
  const file = join(folder, 'issuers.json');
  const issuers = [
    { issuer: BIRCH, jwksUrl: `http://127.0.0.1:${port}/`, companies: [1] },
    { issuer: HOST, publicKey, companies: '*', audience: 'messenger' },
  ];
  await writeFile(file, JSON.stringify(issuers));
  system = await startSystem({ settings: { TRUSTED_ISSUERS: file, LIMIT_REFUSED_TOKENS_PER_MINUTE: '0' } });
});
afterAll(async () => {
  await system.stop();
  keySet.close();
  await rm(folder, { recursive: true, force: true });
});

interface Claims {
  id: number;
  companyId: number;
  iss?: string;
  aud?: string;
  companyRole?: 'admin';
}

function sign(alg: 'ES256' | 'EdDSA', key: KeyObject, claims: Claims): Promise<string> {
  const header = { alg, ...(alg === 'ES256' && { kid: 'birch' }) };
  return new SignJWT({ ...claims }).setProtectedHeader(header).setIssuedAt().setExpirationTime('1h').sign(key);
}
const byBirch = (claims: Claims) => sign('ES256', ofBirch.privateKey, { iss: BIRCH, ...claims });
const byHost = (claims: Claims) => sign('EdDSA', ofHost.privateKey, { iss: HOST, aud: 'messenger', ...claims });

/** How each entrance receives a token. */
async function receptions(token: string): Promise<string[]> {
  const rest = await restClient(system.restUrl(), token)('GET', '/unread-count');
  const native = await createTestClient(system.socketUrl(), token).then(
    async (client) => {
      await client.close();
      return 'open';
    },
    (error: Error) => error.message,
  );
  return [`${rest.status}`, native, await socketIo(token)];
}

function socketIo(token: string): Promise<string> {
  const socket = io(system.socketUrl().replace('/ws', '').replace('ws:', 'http:'), {
    auth: { token },
    forceNew: true,
    reconnection: false,
  });
  return new Promise<string>((resolve) => {
    socket.once('ready', () => resolve('open'));
    socket.once('connect_error', ({ message }) => resolve(message));
  }).finally(() => socket.disconnect());
}

const LET_IN = ['200', 'open', 'open'];
const REFUSED = ['401', '401', 'Authentication error'];

test('each issuer signs in people of its own companies through every entrance, and they reach each other', async () => {
  const [anna, boris] = [await byBirch({ id: 1, companyId: 1 }), await byHost({ id: 2, companyId: 2 })];
  for (const token of [anna, boris]) expect(await receptions(token)).toEqual(LET_IN);
  const socket = await createTestClient(system.socketUrl(), boris);
  const call = restClient(system.restUrl(), anna);
  await call('POST', '/conversations', { participantId: 2, message: 'hello from Birch' });
  expect((await socket.next('new_message')).message).toMatchObject({ sender_id: 1, content: 'hello from Birch' });
  await socket.close();
});

test.each<[what: string, token: () => Promise<string> | string]>([
  ['a company that is not the issuer’s', () => byBirch({ id: 11, companyId: 2 })],
  ['the key of another issuer', () => sign('EdDSA', ofHost.privateKey, { id: 12, companyId: 1, iss: BIRCH })],
  ['another audience', () => byHost({ id: 13, companyId: 2, aud: 'mail' })],
  ['no audience', () => sign('EdDSA', ofHost.privateKey, { id: 14, companyId: 2, iss: HOST })],
  ['an issuer that nobody trusts', () => byHost({ id: 15, companyId: 2, iss: 'https://mallory.example' })],
  ['no issuer', () => sign('EdDSA', ofHost.privateKey, { id: 16, companyId: 2, aud: 'messenger' })],
  ['the shared secret, which the issuers replace', () => signToken(SECRET, { id: 17, companyId: 1 }, 3_600)],
])('a token is refused everywhere for %s', async (_, token) => {
  expect(await receptions(await token())).toEqual(REFUSED);
});

test('an issuer of all companies does not take a person over whom the issuer of a company has signed in', async () => {
  await until(
    'the person is bound',
    async () => (await receptions(await byBirch({ id: 21, companyId: 1 })))[0] === '200',
  );
  expect(await receptions(await byHost({ id: 21, companyId: 2 }))).toEqual(REFUSED);
  expect(await receptions(await byBirch({ id: 21, companyId: 1 }))).toEqual(LET_IN);
});

test('a role counts for the company of the token that gives it, whichever issuer signed it', async () => {
  const admin = restClient(system.restUrl(), await byBirch({ id: 31, companyId: 1, companyRole: 'admin' }));
  const other = restClient(system.restUrl(), await byHost({ id: 32, companyId: 3, companyRole: 'admin' }));
  expect((await admin('GET', '/company')).data.company.id).toBe(1);
  expect((await other('GET', '/company')).data.company.id).toBe(3);
  expect((await admin('POST', '/company/people/32/revoke')).status).toBe(404);
  expect((await other('PATCH', '/company/policy', { partners: 'consent' })).data.company.id).toBe(3);
  expect((await admin('GET', '/company')).data.company.policy.partners).toBeNull();
});
