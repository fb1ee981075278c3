import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { conversationsEndpoints } from '@vestnik/contracts';
import {
  connectTestBus,
  type Frame,
  type PushReceiver,
  patience,
  readiness,
  type System,
  type SystemProcess,
  startPushReceiver,
  startSystem,
  startTcpProxy,
  type TcpProxy,
  token,
  until,
} from '@vestnik/testing';

let system: System;
let proxy: TcpProxy;
let receiver: PushReceiver;
/** The gateway that reaches the bus through the proxy. */
const CUT_OFF = 1;
beforeAll(async () => {
  [system, receiver] = await Promise.all([
    startSystem({ separateProcesses: ['conversations', 'messages', 'gateway'] }),
    startPushReceiver(),
  ]);
  proxy = await startTcpProxy(system.servers.natsUrls.gateway);
  await system.startProcess('gateway', undefined, { NATS_URL: proxy.url });
});
afterAll(async () => {
  await system.stop();
  await proxy.stop();
  await receiver.stop();
});

let lastUser = 100;
const people = (count: number) => Array.from({ length: count }, () => (lastUser += 1));
const text = (conversationId: number, content: string) => ({ conversationId, content, type: 'text', attachments: [] });
const seqs = (frames: Frame['data'][], id: number): number[] =>
  frames.filter((data) => data.conversation_id === id).map((data) => data.message.seq);

async function group(owner: number, others: number[]): Promise<number> {
  const body = { type: 'group', name: 'group', participantIds: others };
  return (await (await system.rest(owner))('POST', '/conversations', body)).data.conversation.id;
}

test('a gateway that was cut off hands nothing on before it knows who is still in a conversation', async () => {
  const [anna, boris, vera, dora] = people(4) as [number, number, number, number];
  const id = await group(anna, [boris, vera]);
  const owner = await system.rest(anna);
  const sender = await system.connect(anna, 0);
  const [removed, staying, added] = await Promise.all([boris, vera, dora].map((user) => system.connect(user, CUT_OFF)));
  if (!removed || !staying || !added) throw new Error('not connected');
  await sender.ask('send_message', text(id, 'before'));
  await Promise.all([removed, staying].map((socket) => socket.next('new_message')));

  proxy.cut();
  await until('the gateway notices', async () => (await readiness(system, CUT_OFF)).parts['bus'] === 'down');
  expect((await owner('DELETE', `/conversations/${id}/participants/${boris}`)).status).toBe(200);
  expect((await owner('POST', `/conversations/${id}/participants`, { participantIds: [dora] })).status).toBe(200);
  await sender.ask('send_message', text(id, 'while it was cut off'));

  const [conversations] = system.processesOf('conversations') as [SystemProcess];
  conversations.child.kill('SIGSTOP');
  proxy.mend();
  await staying.next('resync');
  for (let count = 0; count < 20; count += 1) await sender.ask('send_message', text(id, `secret ${count}`));
  conversations.child.kill('SIGCONT');

  const told = await removed.next('conversation_removed', (event) => event.conversation_id === id);
  expect(told.version).toBe(3);
  const { message } = await sender.ask('send_message', text(id, 'after'));
  await until('who stayed has everything', () => seqs(staying.events('new_message'), id).includes(message.seq));
  expect(seqs(staying.events('new_message'), id)).toEqual(Array.from({ length: message.seq }, (_, index) => index + 1));
  // A message that commits before the gateway has brought the added user in is followed by `resync` for her, not sent live.
  await added.next('resync');
  await until('the added user gets messages live', async () => {
    const { message: later } = await sender.ask('send_message', text(id, 'later'));
    return seqs(added.events('new_message'), id).includes(later.seq - 1);
  });
  expect(seqs(removed.events('new_message'), id)).toEqual([1]);
  expect((await removed.call('send_message', text(id, 'still here?'))).error?.code).toBe('forbidden');
  expect((await removed.call('sync', { conversations: [{ id, afterSeq: 0 }] })).data.conversations).toEqual([
    { id, error: 'forbidden' },
  ]);
});

test('a removal and a later message come at once: the removed user does not hear it', async () => {
  const [anna, boris, vera] = people(3) as [number, number, number];
  const id = await group(anna, [boris, vera]);
  const sender = await system.connect(anna, 0);
  const [removed, staying] = await Promise.all([boris, vera].map((user) => system.connect(user, CUT_OFF)));
  if (!removed || !staying) throw new Error('not connected');
  proxy.hold();
  expect((await (await system.rest(anna))('DELETE', `/conversations/${id}/participants/${boris}`)).status).toBe(200);
  const { message } = await sender.ask('send_message', text(id, 'not for everybody'));
  proxy.mend();
  await staying.next('new_message', (event) => event.message.id === message.id);
  await removed.next('conversation_removed', (event) => event.conversation_id === id);
  expect(seqs(removed.events('new_message'), id)).toEqual([]);
});

test('a change that was held up until its caller gave up is not made when it arrives', async () => {
  const [anna, boris, vera] = people(3) as [number, number, number];
  const path = `/conversations/${await group(anna, [vera])}`;
  const [owner, cutOff] = await Promise.all([system.rest(anna), system.rest(anna, CUT_OFF)]);
  const added = { participantIds: [boris] };
  proxy.hold();
  expect((await cutOff('POST', `${path}/participants`, added)).status).toBe(503);
  expect((await owner('POST', `${path}/participants`, added)).status).toBe(200);
  expect((await owner('DELETE', `${path}/participants/${boris}`)).status).toBe(200);
  proxy.mend();
  // Behind what was held up, on the same way, under the same lock.
  await until('it carries', async () => (await cutOff('PATCH', path, { name: 'renamed' })).status === 200);
  expect((await owner('GET', path)).data.conversation.participants).toEqual([anna, vera]);
});

test('who comes into a conversation while the bus comes back gets no message twice', async () => {
  const [anna, boris, ...others] = people(6) as [number, number, ...number[]];
  const id = await group(anna, others);
  const owner = await system.connect(anna, 0);
  const senders = [owner, ...(await Promise.all(others.map((user) => system.connect(user, 0))))];
  const coming = await system.connect(boris, CUT_OFF);
  const bus = await connectTestBus(system.servers.natsUrl);
  const call = await system.rest(boris, CUT_OFF);
  /** Resolves when everything that was on its way to the gateway has arrived. */
  const roundTrip = () => until('it answers', async () => (await call('GET', '/presence?user_ids=1')).status === 200);
  const [messages] = system.processesOf('messages') as [SystemProcess];

  // Both the news and the renewal of rooms wait for messages to say where the conversation ends.
  messages.child.kill('SIGSTOP');
  const change = { user_id: anna, conversation_id: id, participant_ids: [boris] };
  await bus.request(conversationsEndpoints.addParticipants, change);
  await roundTrip();
  proxy.cut();
  await until('the gateway notices', async () => (await readiness(system, CUT_OFF)).parts['bus'] === 'down');
  proxy.mend();
  await coming.next('resync');
  for (let count = 0; count < 3; count += 1) await roundTrip();
  const sending = senders.map(async (sender) => {
    for (let count = 0; count < 40; count += 1) {
      await until('it is sent', async () => (await sender.call('send_message', text(id, `${count}`))).ok);
    }
  });
  messages.child.kill('SIGCONT');
  await Promise.all(sending);
  await bus.close();

  await coming.next('conversation_created', (event) => event.conversation.id === id);
  const { message } = await owner.ask('send_message', text(id, 'last'));
  await coming.next('new_message', (event) => event.message.id === message.id);
  const live = seqs(coming.events('new_message'), id);
  expect(live).toEqual([...new Set(live)].toSorted((a, b) => a - b));
});

test('a way to the bus that carries nothing is noticed, and made good when it carries again', async () => {
  const [anna, boris] = people(2) as [number, number];
  const id = await group(anna, [boris]);
  const sender = await system.connect(anna, 0);
  const listener = await system.connect(boris, CUT_OFF);
  proxy.hold();
  await sender.ask('send_message', text(id, 'held'));
  const since = performance.now();
  expect((await listener.call('send_message', text(id, 'no way'))).error?.code).toBe('unavailable');
  expect(performance.now() - since).toBeLessThan(patience(5_000));
  expect((await readiness(system, CUT_OFF)).parts['bus']).toBe('down');
  proxy.mend();
  await listener.next('new_message', (event) => event.message.content === 'held');
  await until('sends pass', async () => (await listener.call('send_message', text(id, 'again'))).ok);
});

test('durable events go on within seconds after the bus was gone: a push arrives, and arrives once', async () => {
  const [anna, boris] = people(2) as [number, number];
  const id = await group(anna, [boris]);
  const device = { provider: 'webhook', target: { url: receiver.url('/boris') } };
  expect((await (await system.rest(boris))('POST', '/devices', device)).status).toBe(201);
  await system.servers.nats.kill();
  await until('it is noticed', async () => (await readiness(system)).parts['bus'] === 'down');
  await system.servers.nats.start();
  const since = performance.now();
  const sender = await system.rest(anna);
  const { data } = await until('a send passes', async () => {
    const reply = await sender('POST', `/conversations/${id}/messages`, {
      content: 'push me',
      clientMessageId: 'push',
    });
    return reply.status < 300 && reply;
  });
  await until('it is pushed', () => receiver.received.length > 0, 40_000);
  console.log(`pushed ${Math.round(performance.now() - since)} ms after the return of the bus`);
  expect(receiver.received).toMatchObject([{ path: '/boris', messageId: data.message.id }]);
  expect(receiver.received).toHaveLength(1);
});

const cutOff = async () => {
  proxy.cut();
  await until('the gateway notices', async () => (await readiness(system, CUT_OFF)).parts['bus'] === 'down');
};

test('who is added while a gateway is cut off, and removed while it renews its rooms, hears nothing', async () => {
  const [anna, vera, dora] = people(3) as [number, number, number];
  const id = await group(anna, [vera]);
  const owner = await system.rest(anna);
  const sender = await system.connect(anna, 0);
  const removed = await system.connect(dora, CUT_OFF);
  const witness = await system.connect(vera, CUT_OFF);
  await cutOff();
  expect((await owner('POST', `/conversations/${id}/participants`, { participantIds: [dora] })).status).toBe(200);
  // The gateway learns that she is in, and waits for messages to open the room.
  const [messages] = system.processesOf('messages') as [SystemProcess];
  messages.child.kill('SIGSTOP');
  try {
    proxy.mend();
    await removed.next('resync');
    expect((await owner('DELETE', `/conversations/${id}/participants/${dora}`)).status).toBe(200);
  } finally {
    messages.child.kill('SIGCONT');
  }
  await until('all heal', async () => (await readiness(system, CUT_OFF)).status === 200);
  await sender.ask('send_message', text(id, 'secret'));
  await witness.next('new_message', ({ conversation_id }) => conversation_id === id);
  await removed.ask('sync', { conversations: [] });
  expect(removed.events('new_message')).toEqual([]);
});

test('an edit and a deletion that come while rooms are paused are told, or followed by resync', async () => {
  const [anna, boris] = people(2) as [number, number];
  const id = await group(anna, [boris]);
  const sender = await system.connect(anna, 0);
  const listener = await system.connect(boris, CUT_OFF);
  const { message } = await sender.ask('send_message', text(id, 'one'));
  await listener.next('new_message');
  await cutOff();
  const [conversations] = system.processesOf('conversations') as [SystemProcess];
  conversations.child.kill('SIGSTOP');
  try {
    proxy.mend();
    await listener.next('resync');
    await listener.ask('sync', { conversations: [{ id, afterSeq: 1 }] });
    await sender.ask('delete_message', { messageId: message.id });
  } finally {
    conversations.child.kill('SIGCONT');
  }
  await until(
    'it is told, or another resync',
    () => listener.events('message_deleted').length + listener.events('resync').length > 1,
  );
});

test('who went offline while a gateway was cut off is offline for those on it', async () => {
  const [anna, boris] = people(2) as [number, number];
  await group(anna, [boris]);
  const leaving = await system.connect(anna, 0);
  const listener = await system.connect(boris, CUT_OFF);
  const statuses = async () => (await (await system.rest(boris))('GET', `/presence?user_ids=${anna}`)).data.statuses;
  await cutOff();
  await leaving.close();
  await until('she is offline', async () => !(await statuses())[0].is_online);
  proxy.mend();
  await listener.next('user_status', ({ user_id, is_online }) => user_id === anna && !is_online);
});

test('a gateway outlives a polling client that cannot be brought into a conversation', async () => {
  const [anna, vera, pola] = people(3) as [number, number, number];
  const id = await group(anna, [vera]);
  const owner = await system.rest(anna);
  // Somebody else has the room open.
  await system.connect(vera, CUT_OFF);
  const url = `${system.socketUrl(CUT_OFF).replace(/^ws(.*)\/ws$/, 'http$1')}/socket.io/?EIO=4&transport=polling`;
  const { sid } = JSON.parse((await (await fetch(url)).text()).slice(1)) as { sid: string };
  await fetch(`${url}&sid=${sid}`, { method: 'POST', body: `40${JSON.stringify({ token: await token(pola) })}` });
  let heard = '';
  while (!heard.includes('"ready"')) heard += await (await fetch(`${url}&sid=${sid}`)).text();
  // It polls no more, so a farewell does not reach it.
  const gateway = system.processesOf('gateway')[CUT_OFF] as SystemProcess;
  const attempts = () => gateway.output().split('cannot be brought into a conversation').length - 1;
  const [messages] = system.processesOf('messages') as [SystemProcess];
  messages.child.kill('SIGSTOP');
  try {
    expect((await owner('POST', `/conversations/${id}/participants`, { participantIds: [pola] })).status).toBe(200);
    proxy.cut();
    await until('it was tried to the end', () => attempts() > 5, 20_000);
    expect((await fetch(`${system.restUrl(CUT_OFF)}/health/live`, { signal: AbortSignal.timeout(5_000) })).status).toBe(
      200,
    );
  } finally {
    messages.child.kill('SIGCONT');
    proxy.mend();
  }
  await until('all heal', async () => (await readiness(system, CUT_OFF)).status === 200);
});
