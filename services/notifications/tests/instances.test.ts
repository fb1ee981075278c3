import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { statement } from '@vestnik/database';
import { endProcess, patience, type SystemProcess, until } from '@vestnik/testing';
import { type Receiver, startReceiver, verify } from './receiver.ts';
import { prepareService, type ServiceUnderTest } from './service-under-test.ts';

let service: ServiceUnderTest;
let receiver: Receiver;
const started: SystemProcess[] = [];

beforeAll(async () => {
  [service, receiver] = await Promise.all([prepareService(), startReceiver()]);
  await service.startNeighbours();
});
afterAll(async () => {
  await service.stop();
  await receiver.stop();
});
// Every test starts the instances that it is about.
afterEach(async () => {
  for (const process of started.splice(0)) await endProcess(process);
});

async function startInstance(): Promise<SystemProcess> {
  const process = await service.startProcess();
  started.push(process);
  return process;
}

const leaseOf = statement<{ seconds: number }>(
  'test-lease',
  'select extract(epoch from next_attempt_at - now())::float as seconds from pushes where message_id = $1',
);
const endLease = statement<never>(
  'test-end-lease',
  `update pushes set next_attempt_at = now() where message_id = $1 and state = 'pending'`,
);

test('two instances push every message once to every device, though events come in between their starts', async () => {
  const [sender, anna, boris] = [1, 2, 3];
  const devices = [
    await startInstance().then(() => service.webhook(anna, receiver.url('/anna/1'))),
    await service.webhook(anna, receiver.url('/anna/2')),
    await service.webhook(boris, receiver.url('/boris')),
  ];
  const group = await service.group(sender, anna, boris);
  const sends = Array.from({ length: 150 }, (_, index) => service.say(sender, group.id, `message ${index}`));
  await startInstance();
  const messages = await Promise.all(sends);
  await until(
    'all are sent',
    async () => (await service.pushes()).filter((push) => push.state === 'sent').length >= 450,
    25_000,
  );
  expect(await service.pushes()).toHaveLength(450);
  expect(receiver.received).toHaveLength(450);
  for (const [index, path] of ['/anna/1', '/anna/2', '/boris'].entries()) {
    const bodies = receiver.at(path).map((request) => verify(devices[index]?.secret, request) as { data: object });
    const ids = bodies.map((body) => (body.data as { messageId: number }).messageId);
    expect(new Set(ids)).toEqual(new Set(messages.map((message) => message.id)));
  }
  expect(new Set(receiver.received.map((request) => request.headers['webhook-id'])).size).toBe(450);
});

test('a message stored while no instance runs is pushed when one does', async () => {
  const [sender, anna] = [11, 12];
  const first = await startInstance();
  const device = await service.webhook(anna, receiver.url('/late'));
  const group = await service.group(sender, anna);
  await endProcess(first);
  const message = await service.say(sender, group.id, 'for later');
  await startInstance();
  expect(await service.settled(message.id)).toMatchObject([{ state: 'sent', device_id: device.id }]);
  expect(receiver.at('/late')).toHaveLength(1);
});

test('a push that a killed instance had in hand is made by another when the lease ends, under the same id', async () => {
  const [sender, anna] = [21, 22];
  const first = await startInstance();
  await service.webhook(anna, receiver.url('/killed'));
  receiver.answer('/killed', (response, attempt) => void (attempt > 1 && response.writeHead(200).end()));
  const group = await service.group(sender, anna);
  const message = await service.say(sender, group.id, 'hold on');
  await until('the first has it in hand', () => receiver.at('/killed').length === 1);
  await endProcess(first, 'SIGKILL');
  await startInstance();
  const [lease] = await service.database.query(leaseOf, [message.id]);
  expect(lease?.seconds).toBeGreaterThan(15);
  expect(lease?.seconds).toBeLessThan(31);
  expect(receiver.at('/killed')).toHaveLength(1);
  await service.database.query(endLease, [message.id]);
  expect(await service.settled(message.id)).toMatchObject([{ state: 'sent', attempts: 1 }]);
  const ids = receiver.at('/killed').map((request) => request.headers['webhook-id']);
  expect(ids).toHaveLength(2);
  expect(ids[0]).toBe(ids[1]);
});

test('SIGTERM lets an attempt end that is under way', async () => {
  const [sender, anna] = [31, 32];
  const first = await startInstance();
  await service.webhook(anna, receiver.url('/slow'));
  let answer = () => {};
  receiver.answer('/slow', (response) => {
    answer = () => response.writeHead(200).end();
  });
  const group = await service.group(sender, anna);
  const message = await service.say(sender, group.id, 'slowly');
  await until('it is under way', () => receiver.at('/slow').length === 1);
  const ended = endProcess(first);
  await until('the first is stopping', () => first.output().includes('"stopping"'));
  answer();
  await ended;
  expect(first.child.exitCode).toBe(0);
  expect(await service.settled(message.id)).toMatchObject([{ state: 'sent', attempts: 1 }]);
  expect(receiver.at('/slow')).toHaveLength(1);
});

test('SIGTERM hands an attempt that does not end to the next instance at once, and stops within 8 s', async () => {
  const [sender, anna] = [41, 42];
  const first = await startInstance();
  await service.webhook(anna, receiver.url('/stuck'));
  receiver.answer('/stuck', (response, attempt) => void (attempt > 1 && response.writeHead(200).end()));
  const group = await service.group(sender, anna);
  const message = await service.say(sender, group.id, 'stuck');
  await until('it is under way', () => receiver.at('/stuck').length === 1);
  const stopping = Date.now();
  await endProcess(first);
  expect(first.child.exitCode).toBe(0);
  expect(Date.now() - stopping).toBeLessThan(patience(8_000));
  await startInstance();
  expect(await service.settled(message.id, 1, 5_000)).toMatchObject([{ state: 'sent', attempts: 1 }]);
  const ids = receiver.at('/stuck').map((request) => request.headers['webhook-id']);
  expect(ids[0]).toBe(ids[1]);
});
