import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ensureStream, publishDurable } from '@vestnik/bus';
import {
  type Conversation,
  durableEvents,
  type MessagesStored,
  notificationsEndpoints,
  streams,
} from '@vestnik/contracts';
import { statement } from '@vestnik/database';
import { until } from '@vestnik/testing';
import { prepareService, type ServiceUnderTest } from './service-under-test.ts';

// Only notifications runs here. Presence is away, so no user counts as connected, and pushes that may be sent wait.
let service: ServiceUnderTest;
let events = 0;

beforeAll(async () => {
  service = await prepareService();
  await service.start();
  await service.start();
  await ensureStream(service.bus, streams.conversations);
  await ensureStream(service.bus, streams.messages);
});
afterAll(() => service.stop());

function changed(id: number, version: number, participants: number[]): Promise<void> {
  const at = new Date(0).toISOString();
  const conversation: Conversation = {
    id,
    type: 'group',
    name: 'a group',
    owner_id: participants[0] ?? null,
    company_id: null,
    state: 'active',
    participants,
    version,
    created_at: at,
    updated_at: at,
  };
  events += 1;
  return publishDurable(service.bus, durableEvents.conversationChanged, `conversation-${events}`, { conversation });
}

type Stored = MessagesStored['messages'][number];

function stored(...messages: (Partial<Stored> & Pick<Stored, 'message_id' | 'conversation_id'>)[]): Promise<void> {
  events += 1;
  const full = messages.map((message) => ({ seq: 1, sender_id: 1, conversation_version: 1, ...message }));
  return publishDurable(service.bus, durableEvents.messagesStored, `messages-${events}`, { messages: full });
}

const participantsOf = statement<{ user_id: number }>(
  'test-participants',
  'select user_id from participants where conversation_id = $1 order by user_id',
);
const participants = async (id: number) =>
  (await service.database.query(participantsOf, [id])).map(({ user_id }) => user_id);
const pushesOf = async (...messageIds: number[]) =>
  (await service.pushes()).filter((push) => messageIds.includes(push.message_id));
const targets = { webpush: { endpoint: 'https://push.example/', keys: { p256dh: 'k', auth: 'a' } } };

/** Waits until everything published so far has been handled, but for `unfinished` events that come back. */
function handled({ stream }: { stream: string }, unfinished = 0): Promise<unknown> {
  return until('the consumer is done', async () => {
    const manager = await service.bus.manager();
    const [consumer] = await manager.consumers.list(stream).next();
    return consumer?.num_pending === 0 && consumer.num_ack_pending === unfinished;
  });
}

describe('the own copy of membership', () => {
  test('is the newest version, in whatever order versions arrive', async () => {
    await changed(1, 3, [1, 3]);
    await changed(1, 2, [1, 2, 3]);
    await changed(1, 1, [1, 2]);
    await changed(1, 5, [1, 4, 5]);
    await changed(1, 4, [1]);
    await until('version 5 is there', async () => (await participants(1)).includes(5));
    await handled(durableEvents.conversationChanged);
    expect(await participants(1)).toEqual([1, 4, 5]);
  });
});

describe('a stored message', () => {
  test('is recorded once for every device of every recipient, though its event comes again and again', async () => {
    await changed(10, 1, [1, 11, 12, 13]);
    await until('participants are there', async () => (await participants(10)).length === 4);
    const devices = [
      await service.webhook(11, 'https://hooks.example/1'),
      await service.webhook(11, 'https://hooks.example/2'),
      await service.webhook(12, 'https://hooks.example/12'),
    ];
    await service.webhook(1, 'https://hooks.example/sender');
    for (let time = 0; time < 20; time += 1) {
      await stored({ message_id: 10, conversation_id: 10 }, { message_id: 11, conversation_id: 10 });
    }
    await handled(durableEvents.messagesStored);
    const pushes = await pushesOf(10, 11);
    expect(pushes).toHaveLength(6);
    expect(new Set(pushes.map((push) => push.device_id))).toEqual(new Set(devices.map((device) => device.id)));
    expect(new Set(pushes.map((push) => push.state))).toEqual(new Set(['pending']));
  });

  test('is skipped for who muted the conversation, has quiet hours or a device without a provider', async () => {
    await changed(20, 1, [1, 21, 22, 23, 24]);
    await until('participants are there', async () => (await participants(20)).length === 5);
    for (const user of [21, 22, 23]) await service.webhook(user, `https://hooks.example/${user}`);
    await service.register({ user_id: 24, provider: 'webpush', target: targets.webpush });
    const set = (user_id: number, preferences: object) =>
      service.bus.request(notificationsEndpoints.setPreferences, { user_id, preferences });
    await set(21, { mutedConversationIds: [19, 20] });
    // Hours around now, whatever the time is, and hours that are over or not there yet.
    const clock = (shiftMinutes: number) => new Date(Date.now() + shiftMinutes * 60_000).toISOString().slice(11, 16);
    await set(22, { quietHours: { start: clock(-60), end: clock(60), timeZone: 'UTC' } });
    await set(23, {
      mutedConversationIds: [19],
      quietHours: { start: clock(120), end: clock(-120), timeZone: 'UTC' },
    });
    await stored({ message_id: 20, conversation_id: 20 });
    await until('all are recorded', async () => (await pushesOf(20)).length === 4);
    const outcome = Object.fromEntries((await pushesOf(20)).map((push) => [push.user_id, push.reason ?? push.state]));
    expect(outcome).toEqual({ 21: 'muted', 22: 'quiet hours', 23: 'pending', 24: 'provider not configured' });
  });

  test('is skipped for a user who silenced its conversation by level or for a while, unless the level lets a mention through', async () => {
    const people = [261, 262, 263, 264, 265];
    await changed(26, 1, [1, ...people]);
    await until('participants are there', async () => (await participants(26)).length === 6);
    for (const user of people) await service.webhook(user, `https://hooks.example/${user}`);
    const silence = (user_id: number, conversation: object) =>
      service.bus.request(notificationsEndpoints.setPreferences, {
        user_id,
        preferences: { conversations: [{ conversationId: 26, level: 'all', ...conversation }] },
      });
    await silence(261, { level: 'none' });
    await silence(262, { level: 'mentions' });
    await silence(263, { mutedUntil: new Date(Date.now() + 3_600_000).toISOString() });
    await silence(264, { mutedUntil: new Date(Date.now() - 1_000).toISOString() });
    await stored({ message_id: 26, conversation_id: 26 });
    await until('all are recorded', async () => (await pushesOf(26)).length === 5);
    const outcome = Object.fromEntries((await pushesOf(26)).map((push) => [push.user_id, push.reason ?? push.state]));
    expect(outcome).toEqual({ 261: 'muted', 262: 'muted', 263: 'muted', 264: 'pending', 265: 'pending' });

    const muted = async (messageId: number) => {
      await until('all are recorded', async () => (await pushesOf(messageId)).length === 5);
      const pushes = (await pushesOf(messageId)).filter(({ reason }) => reason === 'muted');
      return pushes.map(({ user_id }) => user_id).toSorted();
    };
    await silence(265, { level: 'mentions', mutedUntil: new Date(Date.now() + 3_600_000).toISOString() });
    await stored({ message_id: 27, conversation_id: 26, mentions: [262, 265] });
    expect(await muted(27)).toEqual([261, 263, 265]);
    await stored({ message_id: 28, conversation_id: 26, mentions: 'all' });
    expect(await muted(28)).toEqual([261, 263, 265]);
    await stored({ message_id: 29, conversation_id: 26, mentions: [261] });
    expect(await muted(29)).toEqual([261, 262, 263, 265]);
  });

  test('is recorded for all others of a batch when the preferences of one user cannot be read', async () => {
    await changed(25, 1, [1, 251, 252]);
    await until('participants are there', async () => (await participants(25)).length === 3);
    for (const user of [251, 252]) await service.webhook(user, `https://hooks.example/${user}`);
    // A time zone that an instance with newer data has stored.
    const future = statement<never>(
      'test-future-zone',
      `insert into preferences (user_id, muted_conversation_ids, quiet_start, quiet_end, quiet_time_zone)
       values (251, '{}', '00:00', '23:59', 'Mars/Olympus')`,
    );
    await service.database.query(future, []);
    await stored({ message_id: 25, conversation_id: 25 });
    await until('both are recorded', async () => (await pushesOf(25)).length === 2);
    expect((await pushesOf(25)).map(({ state }) => state)).toEqual(['pending', 'pending']);
  });

  test('is dropped for a device that is removed before it could be pushed', async () => {
    await changed(30, 1, [1, 31]);
    await until('participants are there', async () => (await participants(30)).length === 2);
    const { id: device_id } = await service.webhook(31, 'https://hooks.example/1');
    await stored({ message_id: 30, conversation_id: 30 });
    await until('it is recorded', async () => (await pushesOf(30)).length === 1);
    await service.bus.request(notificationsEndpoints.removeDevice, { user_id: 31, device_id });
    expect(await pushesOf(30)).toMatchObject([{ state: 'skipped', reason: 'device removed' }]);
  });

  test('waits with 10,000 others for one device at most, and is skipped beyond that for this device alone', async () => {
    await changed(50, 1, [1, 51]);
    await until('participants are there', async () => (await participants(50)).length === 2);
    const full = await service.webhook(51, 'https://hooks.example/1');
    const other = await service.webhook(51, 'https://hooks.example/2');
    const fill = statement<never>(
      'test-fill',
      `insert into pushes (message_id, conversation_id, seq, user_id, device_id, provider, state, next_attempt_at)
       select 1000000 + number, 50, number, 51, $1, 'webhook', 'pending', now() + interval '1 hour'
       from generate_series(1, 9999) as number`,
    );
    await service.database.query(fill, [full.id]);
    for (const message_id of [50, 51]) {
      await stored({ message_id, conversation_id: 50 });
      await until('both are recorded', async () => (await pushesOf(message_id)).length === 2);
    }
    const outcomes = (await pushesOf(50, 51)).map((push) => [
      push.message_id,
      push.device_id,
      push.reason ?? push.state,
    ]);
    expect(outcomes.sort((a, b) => String(a).localeCompare(String(b)))).toEqual([
      [50, full.id, 'pending'],
      [50, other.id, 'pending'],
      [51, full.id, 'too many waiting'],
      [51, other.id, 'pending'],
    ]);
  });

  test('waits for conversations when its membership is newer than the own copy, and is not lost', async () => {
    await changed(40, 1, [1, 41]);
    await until('participants are there', async () => (await participants(40)).length === 2);
    await service.webhook(42, 'https://hooks.example/1');
    await stored({ message_id: 40, conversation_id: 40, conversation_version: 2 });
    await handled(durableEvents.messagesStored, 1);
    expect(await pushesOf(40)).toEqual([]);
    await changed(40, 2, [1, 41, 42]);
    await until('it is recorded', async () => (await pushesOf(40)).length === 1, 20_000);
    expect(await pushesOf(40)).toMatchObject([{ user_id: 42, state: 'pending' }]);
  });
});

describe('the record', () => {
  test('is kept for 30 days; what still waits stays whatever its age', async () => {
    const insert = statement<never>(
      'test-insert-old',
      `insert into pushes (message_id, conversation_id, seq, user_id, device_id, provider, state, created_at, next_attempt_at, held_at)
       select id, 1, 1, 1, 1, 'webhook', state, now() - make_interval(days => age),
         case when state = 'pending' then now() + interval '1 hour' end, case when state = 'held' then now() end
       from (values (501, 'sent', 31), (502, 'sent', 29), (503, 'pending', 31), (504, 'skipped', 40), (505, 'held', 31))
         as v(id, state, age)`,
    );
    await service.database.query(insert, []);
    await service.start();
    await until('old records are gone', async () => (await pushesOf(501, 504)).length === 0);
    expect((await pushesOf(501, 502, 503, 504, 505)).map((push) => push.message_id)).toEqual([502, 503, 505]);
  });
});
