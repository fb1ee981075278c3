import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { signToken } from '@vestnik/auth';
import { companiesEndpoints } from '@vestnik/contracts';
import { connectTestBus, createTestClient, restClient, SECRET, type System, startSystem } from '@vestnik/testing';

let system: System;
beforeAll(async () => {
  system = await startSystem({ instances: { gateway: 2 } });
});
afterAll(() => system.stop());

/** The claims of a token beside its user. */
interface Claims {
  company?: number;
  name?: string;
  companyName?: string;
  picture?: string;
  role?: 'admin' | 'compliance';
}

function tokenOf(id: number, { company = 1, role, ...described }: Claims = {}): string {
  return signToken(SECRET, { id, companyId: company, companyRole: role, ...described }, 3_600);
}

const call = (id: number, claims?: Claims, gateway = 0) => restClient(system.restUrl(gateway), tokenOf(id, claims));
const connect = (id: number, claims?: Claims, gateway = 0) =>
  createTestClient(system.socketUrl(gateway), tokenOf(id, claims));

test('the first token binds a user to its company, and a token of another company is refused at every door', async () => {
  expect((await call(10, { company: 1 })('GET', '/unread-count')).status).toBe(200);
  for (const gateway of [0, 1]) {
    expect((await call(10, { company: 2 }, gateway)('GET', '/unread-count')).status).toBe(401);
    await expect(connect(10, { company: 2 }, gateway)).rejects.toThrow('401');
    expect((await call(10, { company: 1 }, gateway)('GET', '/unread-count')).status).toBe(200);
  }
});

test('a user who was moved is let in with tokens of the new company only, and sockets of the former one close', async () => {
  const sockets = await Promise.all([0, 1].map((gateway) => connect(11, { company: 1 }, gateway)));
  const bus = await connectTestBus(system.servers.natsUrls.ops);
  try {
    await bus.request(companiesEndpoints.moveUser, { user_id: 11, company_id: 2 });
    await expect(bus.request(companiesEndpoints.moveUser, { user_id: 999, company_id: 2 })).rejects.toMatchObject({
      code: 'not_found',
    });
  } finally {
    await bus.close();
  }
  for (const socket of sockets) expect(await socket.closed).toBe(4401);
  for (const gateway of [0, 1]) {
    expect((await call(11, { company: 1 }, gateway)('GET', '/unread-count')).status).toBe(401);
    expect((await call(11, { company: 2 }, gateway)('GET', '/unread-count')).status).toBe(200);
  }
});
