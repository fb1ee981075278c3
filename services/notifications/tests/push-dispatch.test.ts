import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import {
  conversationsEndpoints,
  messagesEndpoints,
  notificationsEndpoints,
  presenceEndpoints,
} from '@vestnik/contracts';
import { statement } from '@vestnik/database';
import { endProcess, patience, until } from '@vestnik/testing';
import { type Receiver, startReceiver, status, verify } from './receiver.ts';
import { prepareService, type ServiceUnderTest } from './service-under-test.ts';

let service: ServiceUnderTest;
let receiver: Receiver;
let neighbours: Awaited<ReturnType<ServiceUnderTest['startNeighbours']>>;
let lastUser = 0;
let users: { sender: number; anna: number; boris: number; clara: number };

beforeAll(async () => {
  [service, receiver] = await Promise.all([prepareService(), startReceiver()]);
  neighbours = await service.startNeighbours();
  await service.start();
});
afterAll(async () => {
  await service.stop();
  await receiver.stop();
});
// Every test has people of its own.
beforeEach(() => {
  lastUser += 10;
  users = { sender: lastUser, anna: lastUser + 1, boris: lastUser + 2, clara: lastUser + 3 };
});

/** The place of a user's webhook at the receiver. */
const place = (userId: number, device = 1) => `/${userId}/${device}`;
const webhook = (userId: number, device = 1) => service.webhook(userId, receiver.url(place(userId, device)));

describe('a new message', () => {
  test('is pushed, signed, to every device of an offline user, and to no other user', async () => {
    const { sender, anna, boris, clara } = users;
    const [first, second, third] = [await webhook(anna), await webhook(anna, 2), await webhook(boris)];
    await webhook(sender);
    await webhook(clara);
    await service.openSocket(clara);
    const group = await service.group(sender, anna, boris, clara);
    const message = await service.say(sender, group.id, `${'ы'.repeat(99)}👍👍`);

    const pushes = await service.settled(message.id, 4);
    const outcome = (device: { id: number }) => pushes.find((push) => push.device_id === device.id)?.state;
    expect([first, second, third].map(outcome)).toEqual(['sent', 'sent', 'sent']);
    expect(pushes.find((push) => push.user_id === clara)).toMatchObject({ state: 'skipped', reason: 'connected' });
    for (const [device, path] of [[first, place(anna)] as const, [second, place(anna, 2)] as const]) {
      const requests = receiver.at(path);
      expect(requests).toHaveLength(1);
      expect(requests.map((request) => verify(device.secret, request))).toEqual([
        {
          type: 'new_message',
          title: 'Новое сообщение',
          body: `${'ы'.repeat(99)}👍`,
          data: { conversationId: group.id, messageId: message.id },
        },
      ]);
    }
    expect(receiver.at(place(sender))).toEqual([]);
    expect(receiver.at(place(clara))).toEqual([]);
  });

  test('is pushed however large it and all that are due at the same time are', async () => {
    const { sender } = users;
    // More content and more attachments than one answer of messages carries.
    const people = Array.from({ length: 20 }, (_, index) => sender + 1 + index);
    lastUser += people.length;
    const attachments = Array.from({ length: 10 }, (_, index) => ({
      url: `https://files.example/${index}`,
      name: `${index}.jpg`,
      mime_type: 'image/jpeg',
      size: 1,
    }));
    const content = `Look: ${'ы'.repeat(100_000)}`;
    const sends = await Promise.all(
      people.map(async (user) => {
        await webhook(user);
        const { id: conversation_id } = await service.group(sender, user);
        const type = 'file' as const;
        return {
          sender_id: sender,
          conversation_id,
          client_message_id: null,
          type,
          content,
          attachments,
          reply_to_id: null,
        };
      }),
    );
    const { results } = await service.bus.request(messagesEndpoints.sendMessages, { sends });
    const pushes = await Promise.all(
      results.map(async (result) => ('message' in result ? await service.settled(result.message.id) : [])),
    );
    expect(pushes.flat().map(({ state, reason }) => reason ?? state)).toEqual(people.map(() => 'sent'));
    for (const user of people) {
      const bodies = receiver.at(place(user)).map(({ raw }) => (JSON.parse(raw) as { body: string }).body);
      expect(bodies).toEqual([content.slice(0, 100)]);
    }
  });

  test('reaches people whom the own copy of membership does not know yet', async () => {
    const { sender, anna, boris } = users;
    await webhook(anna);
    await webhook(boris);
    const group = await service.group(sender, anna, boris);
    const first = await service.say(sender, group.id, 'one');
    await service.settled(first.id, 2);
    const forget = statement<never>(
      'test-forget',
      'with gone as (delete from participants where conversation_id = $1) delete from conversations where conversation_id = $1',
    );
    await service.database.query(forget, [group.id]);
    const second = await service.say(sender, group.id, 'two');
    expect(await service.settled(second.id, 2)).toMatchObject([{ state: 'sent' }, { state: 'sent' }]);
  });
});

describe('who looks connected', () => {
  test('is pushed to when the gateway of the socket turns out to have been dead, and not when it is heard again', async () => {
    const { sender, anna, boris } = users;
    await webhook(anna);
    await webhook(boris);
    const gateway = await service.openSocket(anna);
    await service.openSocket(boris);
    const group = await service.group(sender, anna, boris);
    gateway.die();
    const message = await service.say(sender, group.id, 'are you there?');
    const pushes = await service.settled(message.id, 2);
    expect(pushes.map(({ user_id, state, reason }) => [user_id, state, reason]).sort()).toEqual([
      [anna, 'sent', null],
      [boris, 'skipped', 'connected'],
    ]);
    expect(receiver.at(place(anna))).toHaveLength(1);
    expect(receiver.at(place(boris))).toEqual([]);
  });

  test('is pushed to after the time that the user chose, unless the message was read', async () => {
    const { sender, anna, boris, clara } = users;
    const set = (user_id: number, preferences: object) =>
      service.bus.request(notificationsEndpoints.setPreferences, { user_id, preferences });
    for (const user of [anna, boris, clara]) {
      await webhook(user);
      await service.openSocket(user);
    }
    await set(anna, { pushAfterSeconds: 10 });
    await set(boris, { pushAfterSeconds: 10 });
    const { id: conversation_id } = await service.group(sender, anna, boris, clara);
    const startedAt = Date.now();
    const { id, seq, created_at } = await service.say(sender, conversation_id, 'whenever you look');
    await service.bus.request(messagesEndpoints.markRead, { user_id: boris, conversation_id, up_to_seq: seq });
    const pushes = await service.settled(id, 3, 20_000);
    expect(Object.fromEntries(pushes.map(({ user_id, state, reason }) => [user_id, reason ?? state]))).toEqual({
      [anna]: 'sent',
      [boris]: 'read',
      [clara]: 'connected',
    });
    const [sent] = receiver.at(place(anna));
    expect((sent?.at ?? 0) - startedAt).toBeGreaterThanOrEqual(9_500);
    const age = 'select message_created_at as at from pushes where message_id = $1 limit 1';
    const [row] = await service.database.query(statement<{ at: string }>('test-created', age), [id]);
    expect(new Date(row?.at ?? '').toISOString()).toBe(created_at);
  });

  test('is not pushed to a user who read the message before that turns out', async () => {
    const { sender, anna } = users;
    await webhook(anna);
    const gateway = await service.openSocket(anna);
    const group = await service.group(sender, anna);
    gateway.die();
    const { id, seq } = await service.say(sender, group.id, 'seen elsewhere');
    await until('it is held', async () => (await service.pushes()).some((push) => push.message_id === id));
    await service.bus.request(messagesEndpoints.markRead, {
      user_id: anna,
      conversation_id: group.id,
      up_to_seq: seq,
    });
    expect(await service.settled(id)).toMatchObject([{ state: 'skipped', reason: 'read' }]);
    expect(receiver.at(place(anna))).toEqual([]);
  });

  test('is not pushed to whose device had got the message before the socket closed', async () => {
    const { sender, anna, boris } = users;
    for (const user of [anna, boris]) {
      await webhook(user);
      await service.openSocket(user);
    }
    const { id: conversation_id } = await service.group(sender, anna, boris);
    const { id, seq } = await service.say(sender, conversation_id, 'just in time');
    const states = async () => (await service.pushes()).filter((push) => push.message_id === id).map((p) => p.state);
    await until('both are held', async () => (await states()).join() === 'held,held');
    const delivery = { conversation_id, user_id: anna, after_seq: seq - 1, up_to_seq: seq };
    await service.bus.request(messagesEndpoints.markDelivered, { deliveries: [delivery] });
    for (const user of [anna, boris]) {
      const closed = { gateway_id: `gateway of ${user}`, connected: [], disconnected: [user] };
      await service.bus.request(presenceEndpoints.reportUsers, closed);
    }
    const pushes = await service.settled(id, 2);
    expect(pushes.map(({ user_id, state, reason }) => [user_id, state, reason]).sort()).toEqual([
      [anna, 'skipped', 'connected'],
      [boris, 'sent', null],
    ]);
  });

  test('is pushed when the sockets of its user ended without confirming the message, though it was skipped', async () => {
    const { sender, anna, boris } = users;
    for (const user of [anna, boris]) {
      await webhook(user);
      await service.openSocket(user);
    }
    const { id: conversation_id } = await service.group(sender, anna, boris);
    const { id } = await service.say(sender, conversation_id, 'into the void');
    for (const push of await service.settled(id, 2))
      expect(push).toMatchObject({ state: 'skipped', reason: 'connected' });
    for (const user of [anna, boris]) {
      const closed = { gateway_id: `gateway of ${user}`, connected: [], disconnected: [user] };
      await service.bus.request(presenceEndpoints.reportUsers, closed);
    }
    const undelivered = [{ user_id: boris, message_id: id }];
    await service.bus.request(notificationsEndpoints.resumePushes, { undelivered });
    await until('it is pushed', () => receiver.at(place(boris)).length === 1);
    expect((await service.settled(id, 2)).map(({ user_id, state }) => [user_id, state]).sort()).toEqual([
      [anna, 'skipped'],
      [boris, 'sent'],
    ]);
    // Once more changes nothing.
    await service.bus.request(notificationsEndpoints.resumePushes, { undelivered });
    expect(receiver.at(place(anna))).toEqual([]);
    expect((await service.settled(id, 2)).map(({ attempts }) => attempts).sort()).toEqual([0, 1]);
  });

  test('and removes the device has what is held for it dropped', async () => {
    const { sender, anna } = users;
    const { id: device_id } = await webhook(anna);
    (await service.openSocket(anna)).die();
    const group = await service.group(sender, anna);
    const { id } = await service.say(sender, group.id, 'to nowhere');
    const push = async () => (await service.pushes()).find(({ message_id }) => message_id === id);
    await until('it is held', async () => (await push())?.state === 'held');
    await service.bus.request(notificationsEndpoints.removeDevice, { user_id: anna, device_id });
    expect(await push()).toMatchObject({ state: 'skipped', reason: 'device removed' });
  });
});

describe('a push that fails', () => {
  test('is tried again after 2 s, then after 4 s, under the same webhook-id, until it arrives', async () => {
    const { sender, anna } = users;
    const device = await webhook(anna);
    receiver.answer(place(anna), (response, attempt) => response.writeHead(attempt < 3 ? 503 : 200).end());
    const group = await service.group(sender, anna);
    const message = await service.say(sender, group.id, 'again');
    expect(await service.settled(message.id)).toMatchObject([{ state: 'sent', attempts: 3 }]);
    const requests = receiver.at(place(anna));
    expect(requests).toHaveLength(3);
    expect(new Set(requests.map((request) => request.headers['webhook-id'])).size).toBe(1);
    expect(requests[0]?.headers['webhook-id']).toMatch(/^push_[0-9a-f]{12}_\d+$/);
    for (const request of requests) verify(device.secret, request);
    const [first = 0, second = 0, third = 0] = requests.map((request) => request.at);
    expect(second - first).toBeGreaterThanOrEqual(1_950);
    // Not up to a look for due pushes later.
    expect(second - first).toBeLessThan(patience(2_900));
    expect(third - second).toBeGreaterThanOrEqual(3_950);
  });

  test('is not tried again once it was read, deleted, muted, or its user connected, left or has quiet hours', async () => {
    const { sender } = users;
    const { bus } = service;
    const undo: ((user: number, conversation: number, message: { id: number; seq: number }) => Promise<unknown>)[] = [
      (user_id, conversation_id, { seq }) =>
        bus.request(messagesEndpoints.markRead, { user_id, conversation_id, up_to_seq: seq }),
      (_, __, { id }) => bus.request(messagesEndpoints.deleteMessage, { user_id: sender, message_id: id }),
      (user_id, conversation) =>
        bus.request(notificationsEndpoints.setPreferences, {
          user_id,
          preferences: { mutedConversationIds: [conversation] },
        }),
      (user_id) => service.openSocket(user_id),
      (user_id, conversation_id) =>
        bus.request(conversationsEndpoints.removeParticipant, { user_id, conversation_id, participant_id: user_id }),
      (user_id) => {
        const clock = (shiftMinutes: number) =>
          new Date(Date.now() + shiftMinutes * 60_000).toISOString().slice(11, 16);
        const quietHours = { start: clock(-60), end: clock(60), timeZone: 'UTC' };
        return bus.request(notificationsEndpoints.setPreferences, { user_id, preferences: { quietHours } });
      },
    ];
    const reasons = await Promise.all(
      undo.map(async (make, index) => {
        const user = sender + 1 + index;
        await webhook(user);
        receiver.answer(place(user), status(500));
        const group = await service.group(sender, user, sender + 9);
        const message = await service.say(sender, group.id, 'never mind');
        await until('the first attempt was made', () => receiver.at(place(user)).length === 1);
        await make(user, group.id, message);
        const [push] = await service.settled(message.id);
        return [push?.state, push?.reason, receiver.at(place(user)).length];
      }),
    );
    expect(reasons).toEqual([
      ['skipped', 'read', 1],
      ['skipped', 'deleted', 1],
      ['skipped', 'muted', 1],
      ['skipped', 'connected', 1],
      ['skipped', 'left', 1],
      ['skipped', 'quiet hours', 1],
    ]);
  });

  test('is held, not dropped, when its user looks connected through a gateway that is dead', async () => {
    const { sender, anna } = users;
    await webhook(anna);
    receiver.answer(place(anna), (response, attempt) => response.writeHead(attempt === 1 ? 500 : 200).end());
    const group = await service.group(sender, anna);
    const { id } = await service.say(sender, group.id, 'still there?');
    await until('the first attempt was made', () => receiver.at(place(anna)).length === 1);
    (await service.openSocket(anna)).die();
    await until('it is held', async () =>
      (await service.pushes()).some((p) => p.message_id === id && p.state === 'held'),
    );
    expect(await service.settled(id)).toMatchObject([{ state: 'sent', attempts: 2 }]);
  });

  test('shows its owner that the target fails and why, until a push arrives', async () => {
    const { sender, anna } = users;
    await webhook(anna);
    receiver.answer(place(anna), (response, attempt) => response.writeHead(attempt === 1 ? 503 : 204).end());
    const group = await service.group(sender, anna);
    const { id } = await service.say(sender, group.id, 'see how it goes');
    const shown = async () => {
      const { devices } = await service.bus.request(notificationsEndpoints.listDevices, { user_id: anna });
      return devices.map(({ state, last_error }) => [state, last_error]);
    };
    expect(await shown()).toEqual([['active', null]]);
    await until('it fails', async () => (await shown())[0]?.[0] === 'failing');
    expect(await shown()).toEqual([['failing', 'status 503']]);
    await service.settled(id);
    expect(await shown()).toEqual([['active', null]]);
  });

  test('waits for as long as the target asks for, and so does the next push to the same device', async () => {
    const { sender, anna } = users;
    await webhook(anna);
    receiver.answer(place(anna), (response, attempt) =>
      attempt === 1 ? response.writeHead(429, { 'retry-after': '4' }).end() : response.writeHead(204).end(),
    );
    const group = await service.group(sender, anna);
    const first = await service.say(sender, group.id, 'one');
    await until('it is put off', async () => (await service.pushes()).some((push) => push.reason === 'status 429'));
    const second = await service.say(sender, group.id, 'two');
    await service.settled(first.id);
    await service.settled(second.id);
    const [refused = 0, ...later] = receiver.at(place(anna)).map(({ at }) => at);
    expect(later).toHaveLength(2);
    for (const at of later) expect(at - refused).toBeGreaterThanOrEqual(3_950);
  });

  test('keeps no device from being registered again, whatever an attempt that is under way is answered', async () => {
    const { sender, anna } = users;
    // The secret is shown once.
    const { secret: _, ...device } = await webhook(anna);
    let answer = () => {};
    receiver.answer(place(anna), (response, attempt) => {
      if (attempt > 1) response.writeHead(204).end();
      else answer = () => response.writeHead(410).end();
    });
    const group = await service.group(sender, anna);
    const { id } = await service.say(sender, group.id, 'are you still there?');
    await until('an attempt is under way', () => receiver.at(place(anna)).length === 1);
    expect(await webhook(anna)).toEqual(device);
    answer();
    await service.settled(id);
    const { devices } = await service.bus.request(notificationsEndpoints.listDevices, { user_id: anna });
    expect(devices).toMatchObject([{ id: device.id, state: 'active' }]);
    const next = await service.say(sender, group.id, 'here you are');
    expect(await service.settled(next.id)).toMatchObject([{ state: 'sent' }]);
  });

  test('is not sent to a target that another user has registered meanwhile', async () => {
    const { sender, anna, boris } = users;
    const shared = receiver.url(place(anna));
    await service.webhook(anna, shared);
    receiver.answer(place(anna), (response, attempt) => response.writeHead(attempt === 1 ? 500 : 204).end());
    const group = await service.group(sender, anna);
    const secret = await service.say(sender, group.id, 'for Anna alone');
    await until('the first attempt was made', () => receiver.at(place(anna)).length === 1);
    await service.webhook(boris, shared.replace('http://127.0.0.1', 'HTTP://127.1'));
    expect(await service.settled(secret.id)).toMatchObject([{ state: 'skipped', reason: 'device moved' }]);
    const other = await service.group(sender, boris);
    const { id } = await service.say(sender, other.id, 'for Boris');
    expect(await service.settled(id)).toMatchObject([{ user_id: boris, state: 'sent' }]);
    const bodies = receiver.at(place(anna)).map(({ raw }) => (JSON.parse(raw) as { body: string }).body);
    expect(bodies).toEqual(['for Anna alone', 'for Boris']);
  });

  test('drops its device when the target says that it is gone', async () => {
    const { sender, anna } = users;
    await webhook(anna);
    await webhook(anna, 2);
    receiver.answer(place(anna), status(410));
    const group = await service.group(sender, anna);
    const message = await service.say(sender, group.id, 'anybody?');
    const pushes = await service.settled(message.id, 2);
    expect(pushes.map((push) => push.reason ?? push.state).sort()).toEqual(['device gone', 'sent']);
    const { devices } = await service.bus.request(notificationsEndpoints.listDevices, { user_id: anna });
    expect(devices.map((device) => device.target)).toEqual([{ url: receiver.url(place(anna, 2)) }]);
  });

  test('holds up no other device, however many wait for a target that never answers', async () => {
    const { sender, anna, boris } = users;
    await webhook(anna);
    receiver.answer(place(anna), () => undefined);
    const group = await service.group(sender, anna);
    await Promise.all(Array.from({ length: 100 }, (_, index) => service.say(sender, group.id, `${index}`)));
    await until('the silent target is busy', () => receiver.at(place(anna)).length >= 4);
    const device = await webhook(boris);
    const other = await service.group(sender, boris);
    const started = Date.now();
    const message = await service.say(sender, other.id, 'quick');
    expect(await service.settled(message.id)).toMatchObject([{ state: 'sent', device_id: device.id }]);
    expect(Date.now() - started).toBeLessThan(patience(3_000));
    expect(receiver.at(place(anna)).length).toBeLessThan(8);
    const { devices } = await service.bus.request(notificationsEndpoints.listDevices, { user_id: anna });
    const device_id = devices[0]?.id ?? 0;
    await service.bus.request(notificationsEndpoints.removeDevice, { user_id: anna, device_id });
  });
});

describe('a push whose message cannot be looked up', () => {
  test('waits for messages and presence without using up attempts', async () => {
    const { sender, anna } = users;
    await webhook(anna);
    const group = await service.group(sender, anna);
    await endProcess(neighbours.presence);
    const message = await service.say(sender, group.id, 'later');
    await endProcess(neighbours.messages);
    await until('it is recorded', async () => (await service.pushes()).some((push) => push.message_id === message.id));
    await service.startNeighbour('presence');
    await service.startNeighbour('messages');
    expect(await service.settled(message.id)).toMatchObject([{ state: 'sent', attempts: 1 }]);
    expect(receiver.at(place(anna))).toHaveLength(1);
  });
});
