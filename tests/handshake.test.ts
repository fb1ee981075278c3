import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { connectBus, publishRevocation } from '@vestnik/bus';
import { ERROR_STATUS } from '@vestnik/contracts';
import { createLogger } from '@vestnik/logging';
import { freePort } from '@vestnik/servers';
import { restClient, type System, type SystemProcess, startSystem, token, until } from '@vestnik/testing';
import { exportJWK, SignJWT } from 'jose';
import { WebSocket } from 'ws';
import { attempt } from './attempt.ts';

/** A fault that hits one socket in some hundreds would hardly show with fewer. */
const SOCKETS = 600;
const AT_ONCE = 20;

let system: System;
beforeAll(async () => {
  system = await startSystem({ separateProcesses: ['gateway'], settings: { LIMIT_OPENINGS: '1' } });
});
afterAll(() => system.stop());

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

test('every socket that has to wait for admission becomes live', async () => {
  expect(await openAll(system.socketUrl(), SOCKETS, token)).toEqual([]);
});

test('a gateway counts closed sockets and refused handshakes by reason, from 0 on', async () => {
  const gateway = await system.startProcess('gateway');
  const count = async (name: string, label: string) => {
    const metrics = await (await fetch(`${system.opsUrl(1)}/metrics`)).text();
    return Number(new RegExp(`^vestnik_${name}\\{[^}]*"${label}"[^}]*\\} (\\d+)$`, 'm').exec(metrics)?.[1]);
  };
  const closed = (reason: string) =>
    until('it is counted', async () => (await count('sockets_closed_total', reason)) === 1);
  const open = async () => {
    const { socket, status } = await attempt(system.socketUrl(1), await token(person()));
    expect(status).toBe(101);
    return socket;
  };
  try {
    for (const reason of ['malformed', 'expired', 'tooSlow', 'flooding', 'restart', 'client', 'lost']) {
      expect(await count('sockets_closed_total', reason)).toBe(0);
    }
    for (const code of Object.keys(ERROR_STATUS)) expect(await count('handshakes_refused_total', code)).toBe(0);

    expect((await attempt(system.socketUrl(1), 'no token')).status).toBe(401);
    expect(await count('handshakes_refused_total', 'unauthorized')).toBe(1);
    (await open()).send('no JSON');
    await closed('malformed');
    (await open()).close();
    await closed('client');
    (await open()).terminate();
    await closed('lost');
  } finally {
    await system.retire(gateway);
  }
});

describe('with tokens of an issuer with a key set', () => {
  const pairs = [
    ['RS256', generateKeyPairSync('rsa', { modulusLength: 2_048 })],
    ['ES256', generateKeyPairSync('ec', { namedCurve: 'P-256' })],
    ['EdDSA', generateKeyPairSync('ed25519')],
  ] as const;
  let issuer: Server;
  let gateway: SystemProcess;
  const startGateway = () => {
    const { port } = issuer.address() as AddressInfo;
    return system.startProcess('gateway', undefined, { JWKS_URL: `http://127.0.0.1:${port}/` });
  };
  beforeAll(async () => {
    const keys = await Promise.all(
      pairs.map(async ([alg, { publicKey }]) => ({ kid: alg, ...(await exportJWK(publicKey)) })),
    );
    issuer = createServer((_, response) => response.end(JSON.stringify({ keys }))).listen(0, '127.0.0.1');
    await once(issuer, 'listening');
    gateway = await startGateway();
  });
  afterAll(async () => {
    await system.retire(gateway);
    issuer.close();
  });

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

  test('a revoked user is refused with the very first token of a key, by REST and socket', async () => {
    const user = person();
    const servers = [system.servers.natsUrls.revoker];
    const logger = createLogger('tests', 'silent');
    const revoker = await connectBus({ servers, user: 'revoker', name: 'revoker', logger });
    await publishRevocation(revoker, { userId: user }, new Date());
    await revoker.close();
    const young = await startGateway();
    try {
      const [[, rsa], [, ec]] = pairs;
      const first = restClient(system.restUrl(2), await sign('RS256', rsa.privateKey, user));
      expect((await first('GET', '/unread-count')).status).toBe(401);
      const url = system.socketUrl(2);
      expect(await openAll(url, 1, () => sign('ES256', ec.privateKey, user))).toEqual(['refused with 401']);
      expect(await openAll(url, 1, () => sign('EdDSA', pairs[2][1].privateKey, person()))).toEqual([]);
    } finally {
      await system.retire(young);
    }
  });

  test('while the keys cannot be read, good tokens are told to come back, count as no guess, and readiness names the keys', async () => {
    const port = await freePort();
    const settings = { JWKS_URL: `http://127.0.0.1:${port}/`, LIMIT_REFUSED_TOKENS_PER_MINUTE: '1' };
    const early = await system.startProcess('gateway', undefined, settings);
    const [[alg, { publicKey, privateKey }]] = pairs;
    const bearer = await sign(alg, privateKey, person());
    const late = createServer(async (_, answer) =>
      answer.end(JSON.stringify({ keys: [{ kid: alg, ...(await exportJWK(publicKey)) }] })),
    );
    const ready = async () => {
      const response = await fetch(`${system.restUrl(2)}/health/ready`);
      return { status: response.status, ...((await response.json()) as { degraded: boolean; parts: object }) };
    };
    try {
      const rest = restClient(system.restUrl(2), bearer);
      for (let count = 0; count < 3; count += 1) expect((await rest('GET', '/unread-count')).status).toBe(503);
      expect((await attempt(system.socketUrl(2), bearer)).status).toBe(503);
      expect(await ready()).toMatchObject({ status: 200, degraded: true, parts: { keys: 'down' } });
      late.listen(port, '127.0.0.1');
      await once(late, 'listening');
      await until('the token is good', async () => (await rest('GET', '/unread-count')).status === 200);
      await until('readiness says so', async () => !(await ready()).degraded);
    } finally {
      await system.retire(early);
      late.closeAllConnections();
      late.close();
    }
  });

  test('who gives up while the key of the token is fetched leaves nothing behind', async () => {
    const asked = Promise.withResolvers<ServerResponse>();
    const slow = createServer((_, response) => asked.resolve(response)).listen(0, '127.0.0.1');
    await once(slow, 'listening');
    const { port } = slow.address() as AddressInfo;
    const settings = { JWKS_URL: `http://127.0.0.1:${port}/`, LIMIT_SOCKETS_PER_USER: '1' };
    const strict = await system.startProcess('gateway', undefined, settings);
    try {
      const waiting = async () => {
        const metrics = await (await fetch(`${system.opsUrl(2)}/metrics`)).text();
        return /^vestnik_unauthenticated\{[^}]*\} (\d+)$/m.exec(metrics)?.[1];
      };
      const [, [alg, { publicKey, privateKey }]] = pairs;
      const bearer = await sign(alg, privateKey, person());
      const socket = new WebSocket(system.socketUrl(2), { headers: { authorization: `Bearer ${bearer}` } });
      socket.on('error', () => undefined);
      const answer = await asked.promise;
      await until('the handshake waits', async () => (await waiting()) === '1');
      socket.terminate();
      await until('it is given up', async () => (await waiting()) === '0');
      answer.end(JSON.stringify({ keys: [{ kid: alg, ...(await exportJWK(publicKey)) }] }));
      const next = await attempt(system.socketUrl(2), bearer);
      sockets.push(next.socket);
      expect(next.status).toBe(101);
    } finally {
      await system.retire(strict);
      slow.closeAllConnections();
      slow.close();
    }
  });
});
