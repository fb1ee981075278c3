import { execFile } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Bus, connectBus, permissionsOf, publishPersonRevocation, publishRevocation } from '@vestnik/bus';
import { SERVICES } from '@vestnik/contracts';
import { createLogger } from '@vestnik/logging';
import {
  createTestClient,
  patience,
  restClient,
  SECRET,
  type System,
  startSystem,
  startTcpProxy,
  type TestClient,
  token,
  until,
} from '@vestnik/testing';
import { createSocketIoClient, ready, type SocketIoClient, TRANSPORTS } from './socket-io-client.ts';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..');
const GATEWAYS = [0, 1];
const logger = createLogger('tests', 'silent');

let system: System;
let revoker: Bus;
let users = 100;
beforeAll(async () => {
  system = await startSystem({
    separateProcesses: ['conversations', 'gateway'],
    instances: { gateway: 2 },
    settings: { LIMIT_REFUSED_TOKENS_PER_MINUTE: '0' },
  });
  revoker = await connectBus({
    servers: [system.servers.natsUrls.revoker],
    user: 'revoker',
    name: 'revoker',
    logger,
  });
});
afterAll(async () => {
  await revoker.close();
  await system.stop();
});

const newUser = () => (users += 1);

/** A token with just these claims besides company and end. */
function sign(claims: { id: number; iat?: number; jti?: string; exp?: number }): string {
  const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url');
  const exp = Math.floor(Date.now() / 1_000) + 3_600;
  const signed = `${encode({ alg: 'HS256', typ: 'JWT' })}.${encode({ companyId: 1, exp, ...claims })}`;
  return `${signed}.${createHmac('sha256', SECRET).update(signed).digest('base64url')}`;
}

/** A token issued in the next second: later than everything so far. */
const issuedLater = (id: number) => sign({ id, iat: Math.floor(Date.now() / 1_000) + 1 });

const native = (bearer: string, gateway: number) => createTestClient(system.socketUrl(gateway), bearer);

function socketIo(bearer: string, gateway: number, transport = 'websocket only'): SocketIoClient {
  return createSocketIoClient(new URL(system.socketUrl(gateway)).origin.replace('ws', 'http'), bearer, {
    ...TRANSPORTS[transport],
    reconnection: false,
  });
}

/** How REST and both socket doors of each gateway receive a token. */
async function receptions(bearer: string): Promise<string[]> {
  const each = GATEWAYS.map(async (gateway) => {
    const rest = await restClient(system.restUrl(gateway), bearer)('GET', '/unread-count');
    const socket = await native(bearer, gateway).then(
      async (client) => {
        await client.close();
        return 'open';
      },
      (error: Error) => error.message,
    );
    const client = socketIo(bearer, gateway);
    const packets = await Promise.race([
      ready(client).then(() => 'open'),
      new Promise<string>((resolve) => client.socket.on('connect_error', (error) => resolve(error.message))),
    ]);
    client.close();
    return [String(rest.status), socket, packets];
  });
  return (await Promise.all(each)).flat();
}

const LET_IN = GATEWAYS.flatMap(() => ['200', 'open', 'open']);
const REFUSED = GATEWAYS.flatMap(() => ['401', '401', 'Authentication error']);

/** Runs `npm run revoke`. */
async function revoke(...args: string[]): Promise<string> {
  const run = promisify(execFile)(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', 'tools/revoke.ts', ...args],
    {
      cwd: ROOT,
      env: { PATH: process.env['PATH'], NATS_URL: system.servers.natsUrls.ops, REVOKER_NATS_PASSWORD: 'revoker' },
    },
  );
  return (await run).stdout;
}

/** Resolves when every gateway has received everything that was published so far: it comes in order. */
async function heard(): Promise<void> {
  const marker = newUser();
  const bearer = await token(marker);
  await publishRevocation(revoker, { userId: marker }, new Date());
  for (const gateway of GATEWAYS) {
    const rest = restClient(system.restUrl(gateway), bearer);
    await until('the marker is refused', async () => (await rest('GET', '/unread-count')).status === 401);
  }
}

const HOUR_MS = 3_600_000;

const APPLIED = `It is stored on one server, and does not survive the loss of the disk of that server
All 2 gateways on the bus apply it
`;
/** The default of `TOKEN_MAX_SECONDS`. */
const LONGEST_TOKEN_SECONDS = 2_678_400;

const stillAnswers = async (client: TestClient) => (await client.call('watch_presence', { userIds: [1] })).ok;

test('revoking a user closes their sockets on every gateway and door with 4401 within a second, and no others', async () => {
  const [user, other] = [newUser(), newUser()];
  const [bearer, othersBearer] = [await token(user), await token(other)];
  const sockets = await Promise.all([native(bearer, 0), native(bearer, 1), native(bearer, 1)]);
  const polling = await Promise.all(
    GATEWAYS.flatMap((gateway) => Object.keys(TRANSPORTS).map((name) => ready(socketIo(bearer, gateway, name)))),
  );
  const bystander = await native(othersBearer, 1);

  const since = performance.now();
  await publishRevocation(revoker, { userId: user }, new Date());
  expect(await Promise.all(sockets.map(({ closed }) => closed))).toEqual([4401, 4401, 4401]);
  const reasons = await Promise.all(polling.map((client) => client.disconnected()));
  expect(performance.now() - since).toBeLessThan(patience(1_000));
  expect(new Set(reasons)).toEqual(new Set(['io server disconnect']));
  for (const client of polling) {
    expect(client.events('error')).toEqual([{ code: 'unauthorized', message: 'token revoked' }]);
  }
  expect(await receptions(bearer)).toEqual(REFUSED);
  expect(await stillAnswers(bystander)).toBe(true);
  expect(await receptions(othersBearer)).toEqual(LET_IN);
});

test('a user’s revocation refuses every token issued before it, also one that may have been issued before it, and none issued later', async () => {
  const user = newUser();
  const [early, timeless] = [await token(user), sign({ id: user })];
  expect(await receptions(timeless)).toEqual(LET_IN);
  expect(await revoke('--id', String(user))).toBe(
    `All tokens that user ${user} was issued so far are revoked\n${APPLIED}`,
  );
  // The command answers when all gateways have applied the revocation.
  expect(await receptions(early)).toEqual(REFUSED);
  expect(await receptions(timeless)).toEqual(REFUSED);
  expect(await receptions(issuedLater(user))).toEqual(LET_IN);
});

test('a token without an issue time is good again once no token from before the revocation can have its end', async () => {
  const user = newUser();
  const bearer = sign({ id: user, exp: Math.floor(Date.now() / 1_000) + LONGEST_TOKEN_SECONDS });
  await publishRevocation(revoker, { userId: user }, new Date(Date.now() - 10_000));
  await heard();
  expect(await receptions(bearer)).toEqual(LET_IN);
  await publishRevocation(revoker, { userId: user }, new Date());
  await heard();
  expect(await receptions(bearer)).toEqual(REFUSED);
});

test('an older revocation of a user takes nothing back of a newer one', async () => {
  const user = newUser();
  const bearer = await token(user);
  await publishRevocation(revoker, { userId: user }, new Date());
  await publishRevocation(revoker, { userId: user }, new Date(Date.now() - HOUR_MS));
  await heard();
  expect(await receptions(bearer)).toEqual(REFUSED);
});

test('one token is revoked by its text or its jti, and the user’s others stay good', async () => {
  const user = newUser();
  const now = Math.floor(Date.now() / 1_000);
  const [byText, byJti, good] = ['one', 'two', 'three'].map((jti) =>
    sign({ id: user, iat: now, jti: `${user} ${jti}` }),
  );
  const [first, second, third] = await Promise.all(
    [byText, byJti, good].map((bearer, i) => native(bearer ?? '', i % 2)),
  );
  expect(await revoke('--token', byText ?? '')).toBe(`The token is revoked\n${APPLIED}`);
  expect(await first?.closed).toBe(4401);
  expect(await revoke('--jti', `${user} two`)).toBe(`The token is revoked\n${APPLIED}`);
  expect(await second?.closed).toBe(4401);
  expect(await receptions(byText ?? '')).toEqual(REFUSED);
  expect(await receptions(byJti ?? '')).toEqual(REFUSED);
  expect(third && (await stillAnswers(third))).toBe(true);
  expect(await receptions(good ?? '')).toEqual(LET_IN);
});

test('a socket lives by the token that it was refreshed with last', async () => {
  const user = newUser();
  const now = Math.floor(Date.now() / 1_000);
  const [first = '', second = '', third = ''] = [1, 2, 3].map((jti) =>
    sign({ id: user, iat: now, jti: `${user} ${jti}` }),
  );
  const client = await native(first, 0);
  await client.ask('refresh_token', { token: second });
  await revoke('--token', first);
  await revoke('--token', third);
  expect(await client.call('refresh_token', { token: third })).toMatchObject({ error: { code: 'unauthorized' } });
  expect(await stillAnswers(client)).toBe(true);
  await revoke('--token', second);
  expect(await client.closed).toBe(4401);
});

test('a socket counts as issued when the token was that it was refreshed with last', async () => {
  const user = newUser();
  const now = Math.floor(Date.now() / 1_000);
  const [early, late] = [sign({ id: user, iat: now - 60 }), sign({ id: user, iat: now })];
  const [younger, older] = [await native(early, 0), await native(late, 0)];
  await younger.ask('refresh_token', { token: late });
  await older.ask('refresh_token', { token: early });
  await publishRevocation(revoker, { userId: user }, new Date((now - 30) * 1_000));
  expect(await older.closed).toBe(4401);
  expect(await stillAnswers(younger)).toBe(true);
});

test('a socket whose token is revoked while it waits for admission is closed when it opens', async () => {
  const gateway = await system.startProcess('gateway', undefined, { LIMIT_OPENINGS: '1' });
  const conversations = system.processesOf('conversations');
  const [first, user] = [await token(newUser()), newUser()];
  const bearer = await token(user);
  try {
    for (const { child } of conversations) child.kill('SIGSTOP');
    const opening = await createTestClient(system.socketUrl(2), first, { awaitReady: false });
    const waiting = await createTestClient(system.socketUrl(2), bearer, { awaitReady: false });
    await publishRevocation(revoker, { userId: user }, new Date());
    const rest = restClient(system.restUrl(2), bearer);
    await until('the gateway knows', async () => (await rest('GET', '/unread-count')).status === 401);
    expect([opening.frames, waiting.frames]).toEqual([[], []]);
    for (const { child } of conversations) child.kill('SIGCONT');
    await opening.next('ready');
    const since = performance.now();
    expect(await waiting.closed).toBe(4401);
    expect(performance.now() - since).toBeLessThan(patience(1_000));
    expect(await stillAnswers(opening)).toBe(true);
    await opening.close();
  } finally {
    for (const { child } of conversations) child.kill('SIGCONT');
    await system.retire(gateway);
  }
});

test('what is no revocation is refused and logged, and harms nothing', async () => {
  const [revoked, user] = [newUser(), newUser()];
  const bearer = await token(revoked);
  await publishRevocation(revoker, { userId: revoked }, new Date());
  const client = await native(await token(user), 0);
  const now = JSON.stringify({ revoked_at: new Date().toISOString() });
  const bad: [string, string | Uint8Array][] = [
    [`user.${user}`, ''],
    [`user.${user}`, 'not JSON'],
    [`user.${user}`, 'null'],
    [`user.${user}`, '{}'],
    [`user.${user}`, '{"revoked_at": "now"}'],
    [`user.${user}`, Uint8Array.from([0xff, 0xfe])],
    ['user.0', now],
    ['user.-1', now],
    ['user.everybody', now],
    ['user.99999999999999999999', now],
    ['token.abc', now],
    ['company.1', now],
    [`user.${revoked}`, '{}'],
    [`user.${revoked}`, 'not JSON'],
  ];
  for (const [what, payload] of bad) await revoker.streams.publish(`ops.v1.revoked.${what}`, payload);
  const gateways = system.processesOf('gateway');
  const refusals = (output: string) => output.split('"revocation refused"').length - 1;
  await until('every one is logged', () => gateways.every(({ output }) => refusals(output()) >= bad.length));
  expect(await stillAnswers(client)).toBe(true);
  expect(await receptions(await token(user))).toEqual(LET_IN);
  expect(await receptions(bearer)).toEqual(REFUSED);
});

test('a gateway that starts again knows what was revoked before it lets anybody in', async () => {
  const user = newUser();
  const bearer = await token(user);
  await publishRevocation(revoker, { userId: user }, new Date());
  // More than is read at once, so that the newest is on the last page.
  const many = Array.from({ length: 1_500 }, (_, index) => ({ userId: 1_000_000 + index }));
  for (let from = 0; from < many.length; from += 100) {
    await Promise.all(many.slice(from, from + 100).map((target) => publishRevocation(revoker, target, new Date())));
  }
  const last = newUser();
  const lastBearer = await token(last);
  await publishRevocation(revoker, { userId: last }, new Date());
  // Of two for one user the newer counts, in whichever order they are read.
  await publishRevocation(revoker, { userId: user }, new Date(Date.now() - HOUR_MS));
  const [gateway] = system.processesOf('gateway');
  if (!gateway) throw new Error('There is no gateway');
  gateway.child.kill('SIGKILL');
  await until('it is gone', () => gateway.child.signalCode !== null);
  await system.replace(gateway);
  const received = await restClient(system.restUrl(0), bearer)('GET', '/unread-count');
  expect(received.status).toBe(401);
  expect(await receptions(bearer)).toEqual(REFUSED);
  expect(await receptions(lastBearer)).toEqual(REFUSED);
  expect(await receptions(issuedLater(user))).toEqual(LET_IN);
});

test('a gateway that was cut off from the bus catches up when it is back', async () => {
  const proxy = await startTcpProxy(system.servers.natsUrls.gateway);
  const cutOff = await system.startProcess('gateway', undefined, { NATS_URL: proxy.url });
  try {
    const user = newUser();
    const client = await native(await token(user), 2);
    proxy.cut();
    await until('the bus is away', () => cutOff.output().includes('bus is away'));
    await publishRevocation(revoker, { userId: user }, new Date());
    proxy.mend();
    await until('the bus is back', () => cutOff.output().includes('bus is back'));
    const since = performance.now();
    expect(await client.closed).toBe(4401);
    expect(performance.now() - since).toBeLessThan(patience(1_000));
  } finally {
    await system.retire(cutOff);
    await proxy.stop();
  }
});

test('a revocation that is stamped a day ahead ends the tokens of now, and none of the days to come', async () => {
  const user = newUser();
  const bearer = await token(user);
  await publishRevocation(revoker, { userId: user }, new Date(Date.now() + 24 * HOUR_MS));
  await heard();
  expect(await receptions(bearer)).toEqual(REFUSED);
  expect(await receptions(sign({ id: user, iat: Math.floor(Date.now() / 1_000) + 120 }))).not.toEqual(LET_IN);
});

test.each(SERVICES)('%s can displace no revocation, and can end no token', async (service) => {
  const [revoked, user] = [newUser(), newUser()];
  const [bearer, othersBearer] = [await token(revoked), await token(user)];
  const { seq } = await publishRevocation(revoker, { userId: revoked }, new Date());
  const bus = await connectBus({ servers: [system.servers.natsUrls[service]], user: service, name: service, logger });
  const subject = `ops.v1.revoked.user.${revoked}`;
  try {
    // JetStream answers wherever a request says.
    const requests = permissionsOf(service).publish.filter((each) => each.startsWith('$JS.') && !each.includes('ACK'));
    for (const request of [...requests, ...requests, ...requests]) {
      const others = [`ops.v1.revoked.user.${user}`, `ops.v1.revoked_person.${user}`, 'ops.v1.revocation_stored'];
      for (const reply of [subject, ...others]) {
        bus.connection.publish(request, JSON.stringify({ seq: 1, batch: 100 }), { reply });
      }
    }
    for (const target of [subject, `ops.v1.revoked.user.${user}`, `ops.v1.revoked_person.${user}`]) {
      bus.connection.publish(target, JSON.stringify({ revoked_at: new Date().toISOString() }));
    }
    await bus.flush();
    await heard();
    const { state } = await (await revoker.manager()).streams.info('REVOCATIONS', { subjects_filter: '>' });
    expect(state.subjects).toMatchObject({ [subject]: 1 });
    expect(state.subjects).not.toHaveProperty([`ops.v1.revoked.user.${user}`]);
    // One for the marker of `heard`.
    expect(state.last_seq).toBe(seq + 1);
    const ofPeople = (await (await revoker.manager()).streams.info('REVOKED_PEOPLE')).state;
    expect(ofPeople.last_seq).toBe(0);
  } finally {
    await bus.close();
  }
  expect(await receptions(bearer)).toEqual(REFUSED);
  expect(await receptions(othersBearer)).toEqual(LET_IN);
});

test('the user by which companies revokes ends tokens of people, and reaches no other stream and no request', async () => {
  const [person, user] = [newUser(), newUser()];
  const [bearer, othersBearer] = [await token(person), await token(user)];
  const servers = [system.servers.natsUrls['company-revoker']];
  const bus = await connectBus({ servers, user: 'company-revoker', name: 'companies', logger });
  const stored = async (stream: string) => (await (await revoker.manager()).streams.info(stream)).state.last_seq;
  const before = await stored('REVOCATIONS');
  try {
    const body = JSON.stringify({ revoked_at: new Date().toISOString() });
    bus.connection.publish(`ops.v1.revoked.user.${user}`, body);
    for (const request of ['STREAM.PURGE.REVOCATIONS', 'STREAM.DELETE.REVOKED_PEOPLE', 'STREAM.INFO.REVOCATIONS']) {
      bus.connection.publish(`$JS.API.${request}`, '', { reply: `ops.v1.revoked.user.${user}` });
    }
    await publishPersonRevocation(bus, 'revocation-1', person, new Date());
  } finally {
    await bus.close();
  }
  await until('the person is out', async () => (await receptions(bearer)).every((answer) => REFUSED.includes(answer)));
  expect(await receptions(othersBearer)).toEqual(LET_IN);
  expect([await stored('REVOCATIONS'), await stored('REVOKED_PEOPLE')]).toEqual([before, 1]);
});

test('the command tells when a gateway has not applied a revocation, and the revocation stays', async () => {
  const user = newUser();
  const bearer = await token(user);
  const [frozen] = system.processesOf('gateway');
  frozen?.child.kill('SIGSTOP');
  try {
    await expect(revoke('--id', String(user), '--gateways', '2')).rejects.toMatchObject({
      stderr: 'vestnik: stored, but 1 of 2 gateways does not answer on the bus\n',
    });
    expect((await restClient(system.restUrl(1), bearer)('GET', '/unread-count')).status).toBe(401);
  } finally {
    frozen?.child.kill('SIGCONT');
  }
  await heard();
  expect(await receptions(bearer)).toEqual(REFUSED);
});
