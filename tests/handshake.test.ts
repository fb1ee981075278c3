import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { type System, type SystemProcess, startSystem, token } from '@vestnik/testing';
import { exportJWK, SignJWT } from 'jose';
import type { WebSocket } from 'ws';
import { attempt } from './limits-support.ts';

/** What goes wrong with one socket in some hundreds would hardly show with fewer. */
const SOCKETS = 600;
const AT_ONCE = 20;

let system: System;
beforeAll(async () => {
  system = await startSystem({ settings: { LIMIT_OPENINGS: '1' } });
}, 60_000);
afterAll(() => system.stop(), 30_000);

const sockets: WebSocket[] = [];
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.terminate();
});

let lastUser = 120_000;
const person = () => (lastUser += 1);

/** Opens so many sockets, some at a time, and says how those ended that did not come to their first frame. */
async function openAll(url: string, count: number, sign: (user: number) => Promise<string>): Promise<string[]> {
  const faults: string[] = [];
  let left = count;
  const openInTurn = async () => {
    while (left > 0) {
      left -= 1;
      const { socket, status, live } = await attempt(url, await sign(person()));
      sockets.push(socket);
      let code = 0;
      socket.once('close', (closedWith) => (code = closedWith));
      if (status !== 101) faults.push(`refused with ${status}`);
      else if ((await live) === undefined) faults.push(`closed with ${code}`);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, openInTurn));
  return faults;
}

test('every socket that has to wait for its turn becomes live', async () => {
  expect(await openAll(system.socketUrl(), SOCKETS, token)).toEqual([]);
}, 60_000);

describe('with tokens of an issuer with a key set', () => {
  const pairs = [
    ['RS256', generateKeyPairSync('rsa', { modulusLength: 2_048 })],
    ['ES256', generateKeyPairSync('ec', { namedCurve: 'P-256' })],
    ['EdDSA', generateKeyPairSync('ed25519')],
  ] as const;
  let issuer: Server;
  let gateway: SystemProcess;
  beforeAll(async () => {
    const keys = await Promise.all(
      pairs.map(async ([alg, { publicKey }]) => ({ kid: alg, ...(await exportJWK(publicKey)) })),
    );
    issuer = createServer((_, response) => response.end(JSON.stringify({ keys }))).listen(0, '127.0.0.1');
    await once(issuer, 'listening');
    const { port } = issuer.address() as AddressInfo;
    gateway = await system.startProcess('gateway', undefined, { JWKS_URL: `http://127.0.0.1:${port}/` });
  }, 30_000);
  afterAll(async () => {
    await system.retire(gateway);
    issuer.close();
  }, 30_000);

  const sign = (alg: string, key: KeyObject, user: number, kid = alg) =>
    new SignJWT({ id: user, companyId: 1 }).setProtectedHeader({ alg, kid }).setExpirationTime('1h').sign(key);

  test.each(pairs)(
    'sockets open by its keys, the first as well as all others, and by no other key: %s',
    async (alg, pair) => {
      const url = system.socketUrl(1);
      expect(await openAll(url, 1, (user) => sign(alg, pair.privateKey, user))).toEqual([]);
      expect(await openAll(url, 200, (user) => sign(alg, pair.privateKey, user))).toEqual([]);
      const { privateKey: foreign } = generateKeyPairSync('ed25519');
      for (const kid of [alg, 'EdDSA', 'unknown']) {
        expect(await openAll(url, 1, (user) => sign('EdDSA', foreign, user, kid))).toEqual(['refused with 401']);
      }
    },
  );
});
