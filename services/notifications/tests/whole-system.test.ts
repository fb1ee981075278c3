import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { signToken } from '@vestnik/auth';
import { connectBus, publishRevocation } from '@vestnik/bus';
import { createLogger } from '@vestnik/logging';
import { restClient, SECRET, type System, startSystem, until } from '@vestnik/testing';
import { type Receiver, startReceiver, status, verify } from './receiver.ts';

let system: System;
let receiver: Receiver;

beforeAll(async () => {
  [system, receiver] = await Promise.all([
    startSystem({
      separateProcesses: ['gateway', 'notifications'],
      instances: { gateway: 2, notifications: 2 },
      settings: { PRESENCE_GRACE_SECONDS: '1' },
    }),
    startReceiver(),
  ]);
});
afterAll(async () => {
  await system.stop();
  await receiver.stop();
});

test('who has a socket open gets the message there; who has none gets one signed push for each device', async () => {
  const [anna, boris] = [await system.rest(1), await system.rest(2, 1)];
  const registered = await boris('POST', '/devices', { provider: 'webhook', target: { url: receiver.url('/boris') } });
  const { device } = registered.data;
  expect(device).toMatchObject({ provider: 'webhook', target: { url: receiver.url('/boris') } });
  const listed = await boris('GET', '/devices');
  expect(listed.data.devices).toEqual([expect.not.objectContaining({ secret: expect.anything() })]);

  const [sender, socket] = [await system.connect(1, 0), await system.connect(2, 1)];
  const created = await anna('POST', '/conversations', { participantId: 2, message: 'while you are here' });
  const conversationId: number = created.data.conversation.id;
  const seen = await socket.next('new_message');
  // Before that nobody knows whether it reached the device.
  await sender.next('messages_delivered', (event) => event.user_id === 2);
  await socket.close();
  const missed = await until('a message is pushed once the socket is closed', async () => {
    const sent = await anna('POST', `/conversations/${conversationId}/messages`, { content: 'while you are away' });
    const id: number = sent.data.message.id;
    const pushed = () => receiver.at('/boris').some((request) => request.raw.includes(`"messageId":${id}`));
    return until('it is pushed', pushed, 1_000).then(
      () => id,
      () => undefined,
    );
  });

  const bodies = receiver.at('/boris').map((request) => verify(device.secret, request));
  expect(bodies).toContainEqual({
    type: 'new_message',
    title: 'Новое сообщение',
    body: 'while you are away',
    data: { conversationId, messageId: missed },
  });
  expect(bodies).not.toContainEqual(expect.objectContaining({ data: { conversationId, messageId: seen.message.id } }));
});

test('who was on a gateway that is killed gets a push for what was written before anybody could notice', async () => {
  const [anna, eva] = [await system.rest(31), await system.rest(32)];
  await eva('POST', '/devices', { provider: 'webhook', target: { url: receiver.url('/eva') } });
  const doomed = await system.startProcess('gateway');
  const socket = await system.connect(32, system.processesOf('gateway').indexOf(doomed));
  const created = await anna('POST', '/conversations', { participantId: 32, message: 'you have this' });
  await socket.next('new_message');
  doomed.child.kill('SIGKILL');
  const conversationId = created.data.conversation.id;
  const sent = await anna('POST', `/conversations/${conversationId}/messages`, { content: 'you miss this' });
  // The first may be pushed too: nobody heard of the gateway after it either.
  const pushed = () => receiver.at('/eva').map(({ raw }) => JSON.parse(raw).data.messageId);
  await until('it is pushed', () => pushed().includes(sent.data.message.id), 20_000);
  await system.retire(doomed);
  expect(new Set(pushed()).size).toBe(pushed().length);
});

test('what is written in the moment after a socket closed is pushed, within the grace too', async () => {
  const [anna, fedor] = [await system.rest(41), await system.rest(42)];
  await fedor('POST', '/devices', { provider: 'webhook', target: { url: receiver.url('/fedor') } });
  const socket = await system.connect(42, 1);
  const created = await anna('POST', '/conversations', { participantId: 42 });
  await socket.close();
  const conversationId = created.data.conversation.id;
  const sent = await anna('POST', `/conversations/${conversationId}/messages`, { content: 'wait' });
  await until('it is pushed', () => receiver.at('/fedor').length > 0);
  expect(receiver.at('/fedor').map(({ raw }) => JSON.parse(raw).data.messageId)).toEqual([sent.data.message.id]);
});

test('a push outlives every instance: it is tried again after all were killed, once and under its id', async () => {
  const [anna, clara] = [await system.rest(11), await system.rest(12)];
  const registered = await clara('POST', '/devices', { provider: 'webhook', target: { url: receiver.url('/clara') } });
  receiver.answer('/clara', status(503));
  await anna('POST', '/conversations', { participantId: 12, message: 'important' });
  const said = (line: string) => system.processes.some((process) => process.output().includes(line));
  await until('the first attempt failed', () => said('push will be tried again'));
  await system.kill('notifications');
  receiver.answer('/clara', status(200));
  await system.startProcess('notifications');
  await system.startProcess('notifications');
  await until('it is made again', () => receiver.at('/clara').length > 1);
  const requests = receiver.at('/clara');
  expect(new Set(requests.map((request) => request.headers['webhook-id'])).size).toBe(1);
  for (const request of requests) verify(registered.data.device.secret, request);
});

test('preferences set through REST keep a muted conversation quiet', async () => {
  const [anna, dora] = [await system.rest(21), await system.rest(22)];
  await dora('POST', '/devices', { provider: 'webhook', target: { url: receiver.url('/dora') } });
  const say = async (participantId: number, message: string, rest = anna) =>
    (await rest('POST', '/conversations', { participantId, message })).data.conversation.id as number;
  const muted = await say(22, 'first');
  await until('the first is pushed', () => receiver.at('/dora').length === 1);
  const set = await dora('PUT', '/notification-preferences', { mutedConversationIds: [muted] });
  expect(set.data.preferences).toMatchObject({ muted_conversation_ids: [muted], quiet_hours: null });
  await say(22, 'muted');
  await say(22, 'not muted', await system.rest(23));
  await until('the other is pushed', () => receiver.at('/dora').some(({ raw }) => raw.includes('"not muted"')));
  expect(receiver.at('/dora').filter(({ raw }) => raw.includes('"muted"'))).toEqual([]);
});

test('a user whose sockets are all idle gets pushes at once, and a user who becomes idle gets the held ones', async () => {
  const [anna, ida] = [await system.rest(51), await system.rest(52)];
  await ida('POST', '/devices', { provider: 'webhook', target: { url: receiver.url('/ida') } });
  await ida('PUT', '/notification-preferences', { pushAfterSeconds: 3_600 });
  const created = await anna('POST', '/conversations', { participantId: 52 });
  const conversationId: number = created.data.conversation.id;
  const send = async (content: string): Promise<number> =>
    (await anna('POST', `/conversations/${conversationId}/messages`, { content })).data.message.id;
  const pushed = () => receiver.at('/ida').map(({ raw }) => JSON.parse(raw).data.messageId as number);
  const socket = await system.connect(52, 1);
  const held = await send('while you are active');
  await socket.next('new_message', (event) => event.message.id === held);
  expect(await socket.ask('set_activity', { state: 'idle' })).toEqual({});
  await until('the held push is sent', () => pushed().includes(held), 20_000);
  const atOnce = await send('while you are idle');
  await until('it is pushed', () => pushed().includes(atOnce), 20_000);
  // A ping is no activity, and any other event is.
  await socket.ask('watch_presence', { userIds: [51] });
  const heldAgain = await until('a push is held again', async () => {
    const id = await send('active again');
    await socket.next('new_message', (event) => event.message.id === id);
    return pushed().includes(id) ? undefined : id;
  });
  await socket.ask('read_messages', { conversationId, upToSeq: 1_000 });
  await socket.close();
  await send('a last one');
  await until('the last one is pushed', () => pushed().length >= 3, 20_000);
  expect(pushed()).not.toContain(heldAgain);
});

test('the devices of a revoked user get no more pushes, until the user registers them with a new token', async () => {
  const [anna, first, zoya] = [await system.rest(61), await system.rest(62), await system.rest(63)];
  await zoya('POST', '/devices', { provider: 'webhook', target: { url: receiver.url('/zoya') } });
  const device = { provider: 'webhook', target: { url: receiver.url('/rita') } };
  await first('POST', '/devices', device);
  const group = { type: 'group', name: 'three', participantIds: [62, 63] };
  const created = await anna('POST', '/conversations', group);
  const conversationId: number = created.data.conversation.id;
  const send = async (content: string): Promise<number> =>
    (await anna('POST', `/conversations/${conversationId}/messages`, { content })).data.message.id;
  const pushed = (path = '/rita') => receiver.at(path).map(({ raw }) => JSON.parse(raw).data.messageId as number);
  const before = await send('before');
  await until('it is pushed', () => pushed().includes(before), 20_000);

  const logger = createLogger('test', 'silent');
  const revoker = await connectBus({
    servers: [system.servers.natsUrls.revoker],
    user: 'revoker',
    name: 'revoker',
    logger,
  });
  await publishRevocation(revoker, { userId: 62 }, new Date());
  await revoker.close();
  // A token of the same second is revoked too.
  const again = await until('a new token is good, and the device is suspended', async () => {
    const rita = await system.rest(62);
    const { status: answered, data } = await rita('GET', '/devices');
    return answered === 200 && data.devices[0].state === 'suspended' ? rita : undefined;
  });
  const silent = await send('while signed out');
  // The push of another member is recorded together with those of the revoked user.
  await until('the other member gets it', () => pushed('/zoya').includes(silent), 20_000);
  expect((await again('POST', '/devices', device)).data.device).toMatchObject({ state: 'active', last_error: null });
  const after = await send('after');
  await until('it is pushed', () => pushed().includes(after), 20_000);
  expect(pushed()).not.toContain(silent);
});

test('a user who is invited into a group gets one push of it without any text, and messages once the user has accepted', async () => {
  const personOf = (id: number, companyId: number, companyRole?: 'admin') =>
    restClient(system.restUrl(), signToken(SECRET, { id, companyId, companyRole }, 3_600));
  const [owner, guest] = [personOf(401, 40, 'admin'), personOf(402, 41)];
  const { device } = (await guest('POST', '/devices', { provider: 'webhook', target: { url: receiver.url('/guest') } }))
    .data;
  await owner('PATCH', '/company/policy', { partners: 'consent' });
  let nobody = 4_000;
  await until('the policy is in force', async () => {
    nobody += 1;
    return (await owner('POST', '/conversations', { participantId: nobody })).data.conversation.state === 'pending';
  });
  const creation = { type: 'group', name: 'a secret name', participantIds: [402, 403] };
  const { conversation } = (await owner('POST', '/conversations', creation)).data;
  expect(conversation.invited).toContainEqual({ user_id: 402, invited_by: 401 });
  const path = `/conversations/${conversation.id}`;
  await owner('POST', `${path}/messages`, { content: 'not for the guest yet' });
  const bodies = () => receiver.at('/guest').map((request) => verify(device.secret, request));
  await until('the invitation is pushed', () => bodies().length > 0);
  await guest('POST', `${path}/accept`);
  const { message } = (await owner('POST', `${path}/messages`, { content: 'welcome' })).data;
  await until('a message is pushed', () => bodies().length > 1);
  expect(bodies()).toEqual([
    {
      type: 'conversation_invited',
      title: 'Приглашение в группу',
      body: '',
      data: { conversationId: conversation.id },
    },
    {
      type: 'new_message',
      title: 'Новое сообщение',
      body: 'welcome',
      data: { conversationId: conversation.id, messageId: message.id },
    },
  ]);
});
