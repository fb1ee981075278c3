import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { connectBus } from '@vestnik/bus';
import { gatewayEndpoints, SERVICES } from '@vestnik/contracts';
import { createLogger } from '@vestnik/logging';
import { discover, type System, startSystem } from '@vestnik/testing';

let system: System;
beforeAll(async () => {
  system = await startSystem({ instances: { gateway: 2 } });
});
afterAll(() => system.stop());

test('ops find every service on the bus by the NATS services protocol, each instance for itself', async () => {
  const bus = await connectBus({
    servers: [system.servers.natsUrls.ops],
    user: 'ops',
    name: 'ops',
    logger: createLogger('tests', 'silent'),
  });
  try {
    const found = await discover<{ name: string }>(bus, '$SRV.PING', SERVICES.length + 1);
    expect(found.map(({ name }) => name).sort()).toEqual(['gateway', ...SERVICES].sort());

    const socket = await system.connect(1, 0);
    const other = await system.connect(1, 1);
    const { sockets, users } = await bus.request(gatewayEndpoints.getStatus, {});
    expect({ sockets, users }).toEqual({ sockets: 1, users: 1 });
    await Promise.all([socket.close(), other.close()]);
  } finally {
    await bus.close();
  }
});
