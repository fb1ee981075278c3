import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  decodeLive,
  type EndpointInput,
  healthEndpoint,
  liveSubjects,
  notificationsEndpoints,
  type Preferences,
  PUSH_PROVIDERS,
} from '@vestnik/contracts';
import { statement, writeStatement } from '@vestnik/database';
import { until } from '@vestnik/testing';
import { prepareService, type ServiceUnderTest } from './service-under-test.ts';

const { registerDevice, listDevices, removeDevice, getPreferences, replaceToken, setPreferences } =
  notificationsEndpoints;
let service: ServiceUnderTest;

beforeAll(async () => {
  service = await prepareService();
  await service.start({ PUSH_ALLOW_PRIVATE_TARGETS: '0' });
});
afterAll(() => service.stop());

const url = 'https://hooks.example/a';
const code = (promise: Promise<unknown>) =>
  promise.then(
    () => 'accepted',
    (error: { code?: unknown }) => error.code,
  );
const listOf = async (user_id: number) => (await service.bus.request(listDevices, { user_id })).devices;

describe('registering a device', () => {
  test('works for every provider; the list shows it without the secret', async () => {
    const targets = {
      webhook: { url },
      webpush: { endpoint: 'https://push.example/1', keys: { p256dh: 'key', auth: 'auth' } },
      fcm: { token: 'fcm token' },
      apns: { token: 'apns token', topic: 'org.example.app' },
    };
    for (const provider of PUSH_PROVIDERS) {
      const device = await service.register({ user_id: 1, provider, target: targets[provider] });
      expect(device).toMatchObject({ provider, target: targets[provider], state: 'active', last_error: null });
      expect(new Date(device.created_at).toISOString()).toBe(device.created_at);
      if (provider === 'webhook') expect(device.secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
      else expect(device).not.toHaveProperty('secret');
    }
    const devices = await listOf(1);
    expect(devices.map((device) => device.provider)).toEqual([...PUSH_PROVIDERS]);
    for (const device of devices) expect(device).not.toHaveProperty('secret');
  });

  test('again with the same target keeps one device and its secret, which is told once; a given secret replaces it', async () => {
    const seen: unknown[] = [];
    service.bus.subscribe(liveSubjects.deviceRegistered(2), (payload, subject) => {
      for (const frame of decodeLive(payload, subject).frames) {
        seen.push(JSON.parse(Buffer.from(frame).toString()).data.device);
      }
    });
    await service.bus.flush();
    const { secret: told, ...first } = await service.webhook(2, url);
    expect(told).toMatch(/^whsec_/);
    expect(await service.webhook(2, url)).toEqual(first);
    const secret = `whsec_${Buffer.alloc(24, 7).toString('base64')}`;
    const replaced = await service.register({ user_id: 2, provider: 'webhook', target: { url }, secret });
    expect(replaced).toEqual({ ...first, secret });
    expect(await service.webhook(2, url)).toEqual(first);
    expect(await listOf(2)).toHaveLength(1);
    await until('the user is told of the device and of its new secret', () => seen.length >= 2);
    expect(seen).toEqual([first, first]);
  });

  test('in another spelling is the same device, which shows the spelling that was given last', async () => {
    const spellings = [
      'https://hooks.example/spelled/~a',
      'HTTPS://HOOKS.example/spelled/~a',
      'https://hooks.example:443/spelled/~a',
      'https://hooks.example:0443/spelled/~a#fragment',
      'https://hooks.example./spelled/%7ea',
      'https://hooks.example/x/../spelled/./%7Ea',
      ' https://hooks.example/spelled/~a\t',
      'https:\\\\hooks.example\\spelled\\~a',
      'https://ｈｏｏｋｓ.example/spelled/~a',
    ];
    const devices = [];
    for (const spelling of spellings) devices.push(await service.webhook(20, spelling));
    expect(new Set(devices.map(({ id }) => id)).size).toBe(1);
    expect(devices.map(({ secret }) => secret !== undefined)).toEqual(spellings.map((_, index) => index === 0));
    expect((await listOf(20)).map(({ target }) => target)).toEqual([{ url: spellings.at(-1) }]);
    for (const other of [
      'https://hooks.example/spelled/~A',
      'https://hooks.example/spelled/~a/',
      'https://hooks.example/spelled/%2fa',
    ]) {
      expect((await service.webhook(20, other)).id).not.toBe(devices[0]?.id);
    }
    const apns = (token: string, topic: string) =>
      service.register({ user_id: 21, provider: 'apns', target: { token, topic } });
    expect((await apns('00FFab', 'org.example.app')).id).toBe((await apns('00ffAB', 'org.example.other')).id);
    const keys = { p256dh: 'key', auth: 'auth' };
    const webpush = (endpoint: string) =>
      service.register({ user_id: 21, provider: 'webpush', target: { endpoint, keys } });
    expect((await webpush('https://push.example/1')).id).not.toBe((await webpush('https://push.example/2')).id);
    expect((await webpush('https://push.example:443/1')).id).toBe((await webpush('HTTPS://push.example/1')).id);
  });

  test('by another user gives the target to that user, with a secret of its own', async () => {
    const shared = `${url}/shared`;
    const first = await service.webhook(30, shared);
    const second = await service.webhook(31, shared.toUpperCase().replace('/A/SHARED', '/a/shared'));
    expect(second.id).not.toBe(first.id);
    expect(second.secret).not.toBe(first.secret);
    expect(await listOf(30)).toEqual([]);
    expect((await listOf(31)).map(({ id }) => id)).toEqual([second.id]);
    const third = await service.webhook(30, shared);
    expect(await listOf(31)).toEqual([]);
    expect(third.secret).not.toBe(first.secret);
    const token = { provider: 'fcm' as const, target: { token: 'one token' } };
    await service.register({ user_id: 32, ...token });
    await service.register({ user_id: 33, ...token });
    expect([(await listOf(32)).length, (await listOf(33)).length]).toEqual([0, 1]);
  });

  test('by many users at once leaves one owner', async () => {
    const users = Array.from({ length: 10 }, (_, index) => 40 + index);
    await Promise.all(users.map((user) => service.webhook(user, `${url}/contested`)));
    const owners = await Promise.all(users.map(async (user) => (await listOf(user)).length));
    expect(owners.reduce((sum, count) => sum + count)).toBe(1);
  });

  test('of an older release in several spellings becomes one device, the newest', async () => {
    const spell = statement<never>(
      'test-old-devices',
      `insert into devices (user_id, provider, target, target_key, secret, created_at)
       select u, 'webhook', jsonb_build_object('url', url), md5(url), 'whsec_old', now()
       from (values (50, 'https://old.example/a'), (50, 'https://OLD.example/a'), (51, 'https://old.example:443/a'),
         (51, 'https://old.example/b')) as given (u, url)`,
    );
    await service.database.query(spell, []);
    await service.start({ PUSH_ALLOW_PRIVATE_TARGETS: '0' });
    await until('the targets are canonical', async () => (await listOf(50)).length === 0);
    expect((await listOf(51)).map(({ target }) => target['url'])).toEqual([
      'https://old.example:443/a',
      'https://old.example/b',
    ]);
    expect((await service.webhook(51, 'https://old.example/a')).id).toBe((await listOf(51))[0]?.id);
  });

  test('many times at once makes one device', async () => {
    const devices = await Promise.all(Array.from({ length: 10 }, () => service.webhook(3, url)));
    expect(new Set(devices.map((device) => device.id)).size).toBe(1);
    expect(devices.filter(({ secret }) => secret !== undefined).length).toBeLessThanOrEqual(1);
  });

  test('ends at 50 devices of a user, also when they come at once', async () => {
    const indexes = Array.from({ length: 54 }, (_, index) => index);
    const outcomes: Awaited<ReturnType<typeof code>>[] = [];
    // The limit is met by the last round, whose requests come at once; more would wait for a connection for too long.
    for (const round of [indexes.slice(0, 20), indexes.slice(20, 40), indexes.slice(40)]) {
      outcomes.push(...(await Promise.all(round.map((index) => code(service.webhook(4, `${url}/${index}`))))));
    }
    expect(outcomes.filter((outcome) => outcome === 'accepted')).toHaveLength(50);
    expect(outcomes.filter((outcome) => outcome === 'invalid')).toHaveLength(4);
    const [known] = await listOf(4);
    expect(await code(service.webhook(4, String(known?.target['url'])))).toBe('accepted');
  });

  test('refuses targets that may not be reached and those of a wrong shape', async () => {
    const webhook = (target: Record<string, unknown>, secret?: string) =>
      code(service.register({ user_id: 5, provider: 'webhook', target, ...(secret && { secret }) }));
    expect(await webhook({ url: 'http://127.0.0.1:8080/' })).toBe('invalid');
    expect(await webhook({ url: 'http://localhost/' })).toBe('invalid');
    expect(await webhook({ url: 'http://[fd00::1]/' })).toBe('invalid');
    expect(await webhook({ url: 'ftp://hooks.example/' })).toBe('invalid');
    expect(await webhook({ url: 'https://user:password@hooks.example/' })).toBe('invalid');
    expect(await webhook({ url: 'no url' })).toBe('invalid');
    expect(await webhook({ url: 5 })).toBe('bad_request');
    expect(await webhook({})).toBe('bad_request');
    expect(await webhook({ url }, 'whsec_dG9vIHNob3J0')).toBe('invalid');
    const endpoint = { endpoint: 'http://10.0.0.1/', keys: { p256dh: 'a', auth: 'b' } };
    expect(await code(service.register({ user_id: 5, provider: 'webpush', target: endpoint }))).toBe('invalid');
    expect(await code(service.register({ user_id: 5, provider: 'apns', target: { token: 'a' } }))).toBe('bad_request');
    const strange = { user_id: 5, provider: 'pigeon', target: {} };
    expect(await code(service.bus.request(registerDevice, strange as EndpointInput<typeof registerDevice>))).toBe(
      'invalid',
    );
    expect(await listOf(5)).toEqual([]);
  });
});

describe('removing a device', () => {
  test('is for its owner alone and works once', async () => {
    const { id: device_id } = await service.webhook(6, url);
    const remove = (user_id: number) => code(service.bus.request(removeDevice, { user_id, device_id }));
    expect(await remove(7)).toBe('not_found');
    expect(await listOf(6)).toHaveLength(1);
    expect(await remove(6)).toBe('accepted');
    expect(await remove(6)).toBe('not_found');
    expect(await listOf(6)).toEqual([]);
  });
});

describe('preferences', () => {
  const get = async (user_id: number) => (await service.bus.request(getPreferences, { user_id })).preferences;

  const NONE = {
    muted_conversation_ids: [],
    quiet_hours: null,
    conversations: [],
    push_after_seconds: null,
    version: 0,
  };

  test('are empty at first and replaced as a whole', async () => {
    expect(await get(8)).toEqual(NONE);
    const quietHours = { start: '22:00', end: '07:30', timeZone: 'Europe/Berlin' };
    const all = { mutedConversationIds: [3, 1, 3], quietHours };
    const shown = {
      muted_conversation_ids: [3, 1],
      quiet_hours: { start: '22:00', end: '07:30', time_zone: 'Europe/Berlin', days: [1, 2, 3, 4, 5, 6, 7] },
      conversations: [],
      push_after_seconds: null,
      version: 1,
    };
    const set = await service.bus.request(setPreferences, { user_id: 8, preferences: all });
    expect(set.preferences).toEqual(shown);
    expect(await get(8)).toEqual(shown);
    expect(await get(9)).toEqual(NONE);
    await service.bus.request(setPreferences, { user_id: 8, preferences: {} });
    expect(await get(8)).toEqual({ ...NONE, version: 2 });
  });

  test('changed at once end in one state, with an event for each change, and a repetition is no change', async () => {
    const seen: Preferences[] = [];
    service.bus.subscribe(liveSubjects.preferencesUpdated(81), (payload, subject) => {
      for (const frame of decodeLive(payload, subject).frames) {
        seen.push(JSON.parse(Buffer.from(frame).toString()).data.preferences);
      }
    });
    await service.bus.flush();
    const set = (pushAfterSeconds: number) =>
      service.bus.request(setPreferences, {
        user_id: 81,
        preferences: { pushAfterSeconds, conversations: [{ conversationId: pushAfterSeconds, level: 'none' }] },
      });
    await Promise.all(Array.from({ length: 8 }, (_, index) => set(10 + index)));
    await until('all are told', () => seen.length >= 8);
    expect(seen.map(({ version }) => version).toSorted((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    const kept = await get(81);
    expect(kept).toEqual(seen.find(({ version }) => version === 8));
    expect(kept.conversations.map(({ conversation_id }) => conversation_id)).toEqual([kept.push_after_seconds]);
    expect((await set(kept.push_after_seconds ?? 0)).preferences).toEqual(kept);
    expect((await set(60)).preferences.version).toBe(9);
    await until('the change is told', () => seen.length >= 9);
    expect(seen.at(-1)?.version).toBe(9);
  });

  test('keep levels of conversations, days of quiet hours and the time for unread messages', async () => {
    const all = {
      quietHours: { start: '22:00', end: '07:00', timeZone: 'UTC', days: [7, 5, 7] },
      conversations: [
        { conversationId: 9, level: 'none' as const },
        { conversationId: 2, level: 'mentions' as const, mutedUntil: '2030-01-01T02:00:00+02:00' },
      ],
      pushAfterSeconds: 60,
    };
    const shown = {
      muted_conversation_ids: [],
      quiet_hours: { start: '22:00', end: '07:00', time_zone: 'UTC', days: [5, 7] },
      conversations: [
        { conversation_id: 2, level: 'mentions', muted_until: '2030-01-01T00:00:00.000Z' },
        { conversation_id: 9, level: 'none', muted_until: null },
      ],
      push_after_seconds: 60,
      version: 1,
    };
    expect((await service.bus.request(setPreferences, { user_id: 12, preferences: all })).preferences).toEqual(shown);
    expect(await get(12)).toEqual(shown);
    const refused = (preferences: object) => code(service.bus.request(setPreferences, { user_id: 12, preferences }));
    expect(await refused({ pushAfterSeconds: 9 })).toBe('invalid');
    expect(await refused({ pushAfterSeconds: 3_601 })).toBe('invalid');
    expect(await refused({ quietHours: { ...all.quietHours, days: [] } })).toBe('invalid');
    expect(await refused({ quietHours: { ...all.quietHours, days: [8] } })).toBe('invalid');
    expect(await refused({ conversations: [{ conversationId: 1, level: 'some' }] })).toBe('invalid');
    const twice = { conversationId: 1, level: 'all' };
    expect(await refused({ conversations: [twice, twice] })).toBe('invalid');
    expect(await get(12)).toEqual(shown);
    await service.bus.request(setPreferences, { user_id: 12, preferences: {} });
    expect(await get(12)).toEqual({ ...NONE, version: 2 });
  });

  test('refuse clocks and time zones that do not exist', async () => {
    const set = (start: string, timeZone: string) => {
      const preferences = { quietHours: { start, end: '07:00', timeZone } };
      return code(service.bus.request(setPreferences, { user_id: 10, preferences }));
    };
    expect(await set('24:00', 'UTC')).toBe('invalid');
    expect(await set('9:00', 'UTC')).toBe('invalid');
    expect(await set('09:00', 'Europe/Atlantis')).toBe('invalid');
    // An offset is no time zone: it knows no summer.
    expect(await set('09:00', '+03:00')).toBe('invalid');
    expect(await set('09:00', '-08')).toBe('invalid');
    // `Intl` knows these, the tz database does not.
    expect(await set('09:00', 'BST')).toBe('invalid');
    expect(await set('09:00', 'PST')).toBe('invalid');
    expect(await set('09:00', 'Etc/GMT-3')).toBe('accepted');
    expect(await set('09:00', 'Europe/Moscow')).toBe('accepted');
  });

  test('keep a time zone under its canonical name', async () => {
    for (const [given, stored] of [
      ['europe/BERLIN', 'Europe/Berlin'],
      ['Asia/Calcutta', 'Asia/Kolkata'],
    ] as const) {
      const preferences = { quietHours: { start: '22:00', end: '07:00', timeZone: given } };
      const set = await service.bus.request(setPreferences, { user_id: 11, preferences });
      expect(set.preferences.quiet_hours?.time_zone).toBe(stored);
      expect((await get(11)).quiet_hours?.time_zone).toBe(stored);
    }
  });
});

test('the service tells its health on the bus', async () => {
  expect(await service.bus.request(healthEndpoint('notifications'), {})).toEqual({ database: 'ok' });
});

describe('devices belong to tokens', () => {
  const DAY_MS = 86_400_000;
  const now = () => Math.floor(Date.now() / 1_000);
  const tokenOf = (fingerprint: string) => ({
    issued_at: now() - 10,
    expires_at: now() + 3_600,
    fingerprints: [fingerprint],
  });
  const setExpiry = writeStatement<never, [userId: number, at: string]>(
    'test-set-expiry',
    'update devices set token_expires_at = $2::timestamptz where user_id = $1',
  );
  const stateOf = async (userId: number) => (await listOf(userId))[0]?.state;

  test('a token that takes the place of another has its devices, and to revoke either token signs them out', async () => {
    for (const [user_id, revoked] of [
      [61, 'first'],
      [62, 'second'],
    ] as const) {
      const target = { url: `${url}/${user_id}` };
      const fingerprints = { first: `${user_id}`.padEnd(64, 'a'), second: `${user_id}`.padEnd(64, 'b') };
      const token = tokenOf(fingerprints.first);
      await service.register({ user_id, provider: 'webhook', target, token });
      const input = { user_id, fingerprints: token.fingerprints, token: tokenOf(fingerprints.second) };
      await service.bus.request(replaceToken, input);
      expect(await stateOf(user_id)).toBe('active');
      await service.revoke({ fingerprint: fingerprints[revoked] });
      await until('the device is signed out', async () => (await stateOf(user_id)) === 'suspended');
    }
  });

  test('a device is signed out when its user has not come back for 30 days after the token expired', async () => {
    await service.startNeighbours();
    for (const user_id of [63, 64, 65]) {
      await service.register({ user_id, provider: 'webhook', target: { url: `${url}/${user_id}` } });
    }
    const agoOf = (days: number) => new Date(Date.now() - days * DAY_MS).toISOString();
    await service.openSocket(64);
    for (const [user_id, days] of [
      [63, 31],
      [64, 31],
      [65, 29],
    ] as const) {
      await service.database.query(setExpiry, [user_id, agoOf(days)]);
    }
    // Its loops run at once.
    await service.start();
    await until('the device is signed out', async () => (await stateOf(63)) === 'suspended');
    expect((await listOf(63))[0]?.last_error).toBe('signed out');
    expect([await stateOf(64), await stateOf(65)]).toEqual(['active', 'active']);
  });
});
