import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createTestClient, type System, startSystem, token, until } from '@vestnik/testing';

let system: System;
beforeAll(async () => {
  system = await startSystem();
}, 60_000);
afterAll(() => system.stop(), 30_000);

const only = (service: string) => {
  const process = system.processes.find((candidate) => candidate.service === service);
  if (!process) throw new Error(`no ${service}`);
  return process;
};

describe('while conversations does not answer', () => {
  test('a client that leaves before delivery could begin harms nobody, one that stays is told to come back', async () => {
    const conversations = only('conversations');
    const other = await system.connect(1);
    conversations.child.kill('SIGSTOP');
    try {
      const leaving = await createTestClient(system.socketUrl(), await token(2), { awaitReady: false });
      const staying = await createTestClient(system.socketUrl(), await token(3), { awaitReady: false });
      leaving.socket.terminate();
      expect(await staying.closed).toBe(1012);
    } finally {
      conversations.child.kill('SIGCONT');
    }
    expect(only('gateway').child.exitCode).toBeNull();
    expect(await other.call('watch_presence', { userIds: [1] })).toMatchObject({ ok: true });
    const back = await until('a client gets in again', () => system.connect(3).catch(() => undefined));
    await back.close();
  });
});
