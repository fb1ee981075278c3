import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createVerifier, signToken } from '@vestnik/auth';
import { connectBus } from '@vestnik/bus';
import { companiesEndpoints } from '@vestnik/contracts';
import { createLogger } from '@vestnik/logging';
import { createMetrics } from '@vestnik/ops';
import { connectTestBus, SECRET, type System, startSystem, until } from '@vestnik/testing';
import { createBindings } from '../src/upstream/bindings.ts';

let system: System;
beforeAll(async () => {
  system = await startSystem();
});
afterAll(() => system.stop());

test('a gateway hears that a user was moved also when it has forgotten the user since', async () => {
  const logger = createLogger('gateway', 'silent');
  const [bus, ops] = [
    await connectBus({ servers: [system.servers.natsUrls.gateway], user: 'gateway', name: 'gateway', logger }),
    await connectTestBus(system.servers.natsUrls.ops),
  ];
  const bindings = createBindings(
    { bus, logger, metrics: createMetrics('gateway') },
    { unboundMayPass: true, maxUsers: 1 },
  );
  const told = new Map<number, number>();
  bindings.onTold((userId, companyId) => told.set(userId, companyId));
  const verify = bindings.guard(createVerifier({ secret: SECRET }));
  try {
    const [moved, later] = [
      { id: 1, companyId: 1 },
      { id: 2, companyId: 1 },
    ];
    for (const claims of [moved, later]) expect(await verify(signToken(SECRET, claims, 60))).toBeDefined();
    await ops.request(companiesEndpoints.moveUser, { user_id: moved.id, company_id: 2 });
    await until('it is told', () => told.get(moved.id) === 2);
    expect(bindings.isForeign({ userId: moved.id, companyId: 1 })).toBe(true);
    expect(bindings.isForeign({ userId: later.id, companyId: 1 })).toBe(false);
  } finally {
    await bindings.stop();
    await Promise.all([bus.close(), ops.close()]);
  }
});
