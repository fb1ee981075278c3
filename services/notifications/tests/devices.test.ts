import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type EndpointInput, healthEndpoint, notificationsEndpoints, PUSH_PROVIDERS } from '@vestnik/contracts';
import { prepareService, type ServiceUnderTest } from './service-under-test.ts';

const { registerDevice, listDevices, removeDevice, getPreferences, setPreferences } = notificationsEndpoints;
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
      expect(device).toMatchObject({ provider, target: targets[provider] });
      expect(new Date(device.created_at).toISOString()).toBe(device.created_at);
      if (provider === 'webhook') expect(device.secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
      else expect(device).not.toHaveProperty('secret');
    }
    const devices = await listOf(1);
    expect(devices.map((device) => device.provider)).toEqual([...PUSH_PROVIDERS]);
    for (const device of devices) expect(device).not.toHaveProperty('secret');
  });

  test('again with the same target keeps one device and its secret; a given secret replaces it', async () => {
    const first = await service.webhook(2, url);
    const again = await service.webhook(2, url);
    expect(again).toEqual(first);
    const secret = `whsec_${Buffer.alloc(24, 7).toString('base64')}`;
    const replaced = await service.register({ user_id: 2, provider: 'webhook', target: { url }, secret });
    expect(replaced).toEqual({ ...first, secret });
    expect(await listOf(2)).toHaveLength(1);
  });

  test('many times at once makes one device', async () => {
    const devices = await Promise.all(Array.from({ length: 10 }, () => service.webhook(3, url)));
    expect(new Set(devices.map((device) => device.id)).size).toBe(1);
    expect(new Set(devices.map((device) => device.secret)).size).toBe(1);
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

  test('are empty at first and replaced as a whole', async () => {
    expect(await get(8)).toEqual({ muted_conversation_ids: [], quiet_hours: null });
    const quietHours = { start: '22:00', end: '07:30', timeZone: 'Europe/Berlin' };
    const all = { mutedConversationIds: [3, 1, 3], quietHours };
    const shown = {
      muted_conversation_ids: [3, 1],
      quiet_hours: { start: '22:00', end: '07:30', time_zone: 'Europe/Berlin' },
    };
    const set = await service.bus.request(setPreferences, { user_id: 8, preferences: all });
    expect(set.preferences).toEqual(shown);
    expect(await get(8)).toEqual(shown);
    expect(await get(9)).toEqual({ muted_conversation_ids: [], quiet_hours: null });
    await service.bus.request(setPreferences, { user_id: 8, preferences: {} });
    expect(await get(8)).toEqual({ muted_conversation_ids: [], quiet_hours: null });
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
    expect(await set('09:00', 'Etc/GMT-3')).toBe('accepted');
    expect(await set('09:00', 'Europe/Moscow')).toBe('accepted');
  });
});

test('the service tells its health on the bus', async () => {
  expect(await service.bus.request(healthEndpoint('notifications'), {})).toEqual({ database: 'ok' });
});
