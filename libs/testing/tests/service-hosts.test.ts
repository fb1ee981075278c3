import { afterEach, expect, test } from '@jest/globals';
import { type ServiceHost, serviceHosts } from '../src/service-hosts.ts';

const taken: ServiceHost[] = [];
afterEach(() => Promise.all(taken.splice(0).map((host) => host.release())));

function take(): ServiceHost {
  const host = serviceHosts().take();
  taken.push(host);
  return host;
}

test('the next suite gets the process whose services have stopped in order, with nothing of the last suite', async () => {
  const first = take();
  await first.start([]);
  expect(take().child.pid).not.toBe(first.child.pid);
  await first.release();
  expect(first.output()).toContain('idle');
  const next = take();
  expect([next.child.pid, next.output()]).toEqual([first.child.pid, '']);
  await next.start([]);
});

test('a process in which a start has failed is gone, and so is one that was killed', async () => {
  const failed = take();
  await expect(failed.start([{ service: 'messages', env: {} }])).rejects.toThrow(/ended with 1: .*is not set/);
  const killed = take();
  await killed.start([]);
  killed.child.kill('SIGKILL');
  await Promise.all([failed.release(), killed.release()]);
  expect([failed, killed].map(({ child }) => child.exitCode ?? child.signalCode)).toEqual([1, 'SIGKILL']);
  const fresh = take();
  expect([failed.child.pid, killed.child.pid]).not.toContain(fresh.child.pid);
  await fresh.start([]);
});
