import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { signToken } from '@vestnik/auth';
import { restClient, SECRET, type System, startSystem, until } from '@vestnik/testing';
import { type Attempt, attempt } from './attempt.ts';

const [OURS, THEIRS] = [10, 20];

let system: System;
beforeAll(async () => {
  system = await startSystem({ instances: { gateway: 2 } });
});
afterAll(() => system.stop());

const tokenOf = (id: number, companyId: number) => signToken(SECRET, { id, companyId }, 3_600);
const open = (gateway: number, userId: number, companyId: number, asBrowser = false) =>
  attempt(system.socketUrl(gateway), tokenOf(userId, companyId), undefined, asBrowser);

/** The value of a metric of a gateway; the sum where it has labels. */
async function metric(gateway: number, name: string): Promise<number> {
  const text = await (await fetch(`${system.opsUrl(gateway)}/metrics`)).text();
  const values = [...text.matchAll(new RegExp(`^vestnik_${name}(?:\\{.*\\})? (\\S+)$`, 'gm'))];
  expect(values.length).toBeGreaterThan(0);
  return values.reduce((sum, [, value]) => sum + Number(value), 0);
}

const hasAll = (gateway: number) =>
  until('the directory is loaded', async () => (await metric(gateway, 'directory_complete')) === 1);

test('a gateway that has just started judges everybody who is bound without asking companies', async () => {
  const users = Array.from({ length: 30 }, (_, index) => 100 + index);
  for (const user of users) {
    const { status } = await restClient(system.restUrl(0), tokenOf(user, OURS))('GET', '/unread-count');
    expect(status).toBe(200);
  }
  await system.startTogether(['gateway']);
  await hasAll(2);
  const attempts = await Promise.all(users.map((user) => open(2, user, OURS)));
  expect(attempts.map(({ status }) => status)).toEqual(users.map(() => 101));
  for (const { live } of attempts) expect(await live).toBeDefined();
  expect(await metric(2, 'bindings_asked_total')).toBe(0);

  const foreign = await open(2, users[0] as number, THEIRS);
  expect(foreign.status).toBe(401);
  for (const { socket } of attempts) socket.terminate();
});

test('the first socket of a user is live once the user is bound, and every gateway refuses another company from then on', async () => {
  await Promise.all([hasAll(0), hasAll(1)]);
  const first = await open(0, 200, OURS);
  expect(first.status).toBe(101);
  expect(await first.live).toBeDefined();
  await until('the other gateway knows', async () => {
    const { status, socket } = await open(1, 200, THEIRS);
    socket.terminate();
    return status === 401;
  });
  const asked = await metric(1, 'bindings_asked_total');
  const second = await open(1, 200, OURS);
  expect(await second.live).toBeDefined();
  expect(await metric(1, 'bindings_asked_total')).toBe(asked);
  for (const { socket } of [first, second]) socket.terminate();
});

/** How an attempt ended: `live`, or by what code it was refused. */
async function outcomeOf({ status, live, closed }: Attempt): Promise<'live' | number> {
  if (status !== 101) return status;
  return (await live) === undefined ? (await closed).code : 'live';
}

test.each([
  ['a client', false],
  ['a browser', true],
])(
  'of two companies whose tokens open the first sockets of a user at once, one has the user: %s',
  async (_, asBrowser) => {
    await Promise.all([hasAll(0), hasAll(1)]);
    const users = Array.from({ length: 40 }, (__, index) => (asBrowser ? 400 : 300) + index);
    for (const user of users) {
      const attempts = await Promise.all([open(0, user, OURS, asBrowser), open(1, user, THEIRS, asBrowser)]);
      const outcomes = await Promise.all(attempts.map(outcomeOf));
      expect(outcomes).toContain('live');
      const refusal = outcomes.find((outcome) => outcome !== 'live');
      expect([401, 4401]).toContain(refusal);
      for (const { socket } of attempts) socket.terminate();
    }
  },
);
