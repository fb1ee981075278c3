import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createTestClient, type System, startSystem, token, until } from '@vestnik/testing';

let system: System;
beforeAll(async () => {
  system = await startSystem({ separateProcesses: ['conversations'], settings: { LIMIT_FRAMES_PER_SECOND: '0' } });
});
afterAll(() => system.stop());

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

  test('500 frames of a socket wait for its delivery to begin; with one more it is closed with 4429', async () => {
    const { child } = only('conversations');
    child.kill('SIGSTOP');
    try {
      /** Opens a socket and sends frames until the gateway has them. */
      const send = async (userId: number, frames: number) => {
        const client = await createTestClient(system.socketUrl(), await token(userId), { awaitReady: false });
        for (let id = 1; id <= frames; id += 1) {
          client.send(JSON.stringify({ id, event: 'watch_presence', data: { userIds: [] } }));
        }
        client.socket.ping();
        await Promise.race([once(client.socket, 'pong'), client.closed]);
        return client;
      };
      const flooding = await send(4, 501);
      expect(await flooding.closed).toBe(4429);
      const patient = await send(5, 500);
      child.kill('SIGCONT');
      await until('all are answered', () => patient.frames.filter(({ ok }) => ok).length === 500);
      expect(patient.frames[0]?.event).toBe('ready');
      expect(flooding.frames).toEqual([]);
      await patient.close();
    } finally {
      child.kill('SIGCONT');
    }
  });
});
