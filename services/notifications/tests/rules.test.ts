import { describe, expect, jest, test } from '@jest/globals';
import { firstCharacters } from '@vestnik/contracts';
import fc from 'fast-check';
import { isPublicAddress } from '../src/domain/public-address.ts';
import { createLocalClock, isQuiet } from '../src/domain/quiet-hours.ts';
import { MAX_ATTEMPTS, retryAfter, retryDelaySeconds } from '../src/domain/retry-schedule.ts';
import { skipReason } from '../src/domain/skip-reason.ts';
import { targetFault } from '../src/domain/target-url.ts';
import { webhookId } from '../src/domain/webhook-id.ts';

const MINUTES = 1_440;
const EVERY_DAY = [1, 2, 3, 4, 5, 6, 7];
const minute = fc.integer({ min: 0, max: MINUTES - 1 });
const hhmm = (value: number) =>
  `${String(Math.floor(value / 60)).padStart(2, '0')}:${String(value % 60).padStart(2, '0')}`;

describe('quiet hours', () => {
  test('last from the start up to the end, over midnight too', () => {
    fc.assert(
      fc.property(minute, fc.integer({ min: 0, max: MINUTES - 1 }), minute, (start, length, offset) => {
        const hours = { start: hhmm(start), end: hhmm((start + length) % MINUTES), days: EVERY_DAY };
        expect(isQuiet(hours, { minute: (start + offset) % MINUTES, day: 3 })).toBe(offset < length);
      }),
    );
  });

  test('that end when they start are none', () => {
    fc.assert(
      fc.property(
        minute,
        minute,
        (at, now) => !isQuiet({ start: hhmm(at), end: hhmm(at), days: EVERY_DAY }, { minute: now, day: 1 }),
      ),
    );
  });

  test('go by the clocks of their time zone, in summer and in winter', () => {
    const clock = createLocalClock();
    const cases: [string, string, string][] = [
      ['Europe/Berlin', '2026-01-15T22:30:00Z', '23:30'],
      ['Europe/Berlin', '2026-07-15T22:30:00Z', '00:30'],
      ['America/New_York', '2026-07-15T03:59:00Z', '23:59'],
      ['Asia/Kathmandu', '2026-07-15T00:00:00Z', '05:45'],
      ['Asia/Tokyo', '2026-07-15T15:00:00Z', '00:00'],
      ['UTC', '2026-07-15T12:34:00Z', '12:34'],
    ];
    for (const [zone, at, local] of cases) expect(hhmm(clock(zone, new Date(at))?.minute ?? -1)).toBe(local);
  });

  test('begin on their days, and their part after midnight belongs to the day before', () => {
    const hours = { start: '22:00', end: '07:00', days: [5, 7] };
    const at = (day: number, time: string) => isQuiet(hours, { day, minute: Number(time.slice(0, 2)) * 60 });
    expect([at(5, '23'), at(6, '06'), at(6, '23'), at(7, '06'), at(7, '23'), at(1, '06')]).toEqual([
      true,
      true,
      false,
      false,
      true,
      true,
    ]);
    const noon = { start: '12:00', end: '13:00', days: [1] };
    expect(EVERY_DAY.filter((day) => isQuiet(noon, { day, minute: 725 }))).toEqual([1]);
    // 23:30 on Sunday in Berlin, Monday already in Tokyo.
    const sunday = new Date('2026-07-12T21:30:00Z');
    expect(createLocalClock()('Europe/Berlin', sunday)).toEqual({ minute: 1_410, day: 7 });
    expect(createLocalClock()('Asia/Tokyo', sunday)).toEqual({ minute: 390, day: 1 });
  });

  test('in a time zone that this process does not know hold nothing back', () => {
    const quiet = {
      quiet_start: '00:00',
      quiet_end: '23:59',
      muted: false,
      mentions_only: false,
      is_mention: false,
      connected: false,
      configured: true,
      quiet_days: EVERY_DAY,
    };
    const clock = createLocalClock();
    const at = new Date('2026-07-15T12:00:00Z');
    for (const quiet_time_zone of ['Mars/Olympus', 'BST', '']) {
      expect(skipReason({ ...quiet, quiet_time_zone }, at, clock)).toBeUndefined();
    }
    expect(skipReason({ ...quiet, quiet_time_zone: 'europe/BERLIN' }, at, clock)).toBe('quiet hours');
  });

  test('in thousands of spellings of one time zone create one formatter', () => {
    const zone = 'America/Argentina/Buenos_Aires';
    const created = jest.spyOn(Intl, 'DateTimeFormat');
    const clock = createLocalClock();
    for (let bits = 0; bits < 3_000; bits += 1) {
      const spelling = zone.replace(/[a-z]/gi, (letter, index: number) =>
        (bits >> (index % 12)) & 1 ? letter.toUpperCase() : letter.toLowerCase(),
      );
      expect(clock(spelling, new Date())).toBeDefined();
    }
    expect(created).toHaveBeenCalledTimes(1);
    created.mockRestore();
  });
});

describe('the body of a push', () => {
  test('is the first 100 characters of the message, each of them whole', () => {
    const before = 'x'.repeat(99);
    for (const character of [
      '🇺🇦',
      '👨‍👩‍👧‍👦',
      '👍🏽',
      'и\u0306',
      '\u1112\u1161\u11ab',
      '🏴\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}',
      '\r\n',
      '❤️',
    ]) {
      expect(firstCharacters(`${before}${character} and more`, 100, 2_000)).toBe(`${before}${character}`);
      expect(firstCharacters(character.repeat(101), 100, 2_000)).toBe(character.repeat(100));
      expect(firstCharacters(character, 100, 2_000)).toBe(character);
    }
    expect(firstCharacters('', 100, 2_000)).toBe('');
    expect(firstCharacters('short', 100, 2_000)).toBe('short');
  });

  test('leaves a character out that the end of the excerpt may have cut', () => {
    const stacked = `e${'\u0301'.repeat(30)}`;
    const excerpt = [...stacked.repeat(100)].slice(0, 2_000).join('');
    expect(firstCharacters(excerpt, 100, 2_000)).toBe(stacked.repeat(64));
    expect(firstCharacters(`e${'\u0301'.repeat(1_999)}`, 100, 2_000)).toHaveLength(2_000);
  });
});

describe('the webhook-id of a push', () => {
  test('differs between installations, and stays for a push from before they had ids', () => {
    const [one, other] = ['a1', 'b2'].map((id) => ({ id, last_former_push: 7 }));
    if (!one || !other) throw new Error('two installations are needed');
    expect(webhookId(one, 8)).toBe('push_a1_8');
    expect(webhookId(other, 8)).toBe('push_b2_8');
    expect(webhookId(one, 7)).toBe('push_7');
  });
});

describe('the retry schedule', () => {
  test('starts at 2 s and doubles until it gives up within a day', () => {
    const delays = Array.from({ length: MAX_ATTEMPTS - 1 }, (_, index) => retryDelaySeconds(index + 1) ?? 0);
    expect(delays.slice(0, 5)).toEqual([2, 4, 8, 16, 32]);
    delays.slice(1).forEach((delay, index) => expect(delay).toBe((delays[index] ?? 0) * 2));
    expect(delays.reduce((sum, delay) => sum + delay, 0)).toBeLessThan(86_400);
    expect(retryDelaySeconds(MAX_ATTEMPTS)).toBeUndefined();
  });

  test('waits for as long as the target asks for, for a day at most, and counts no attempt for it', () => {
    const push = { attempts: 15, age_seconds: 100, device_state: 'failing' as const };
    expect(retryAfter(push, {})).toBeUndefined();
    expect(retryAfter({ ...push, attempts: 14 }, {})).toEqual({ seconds: 32_768, putOff: false });
    expect(retryAfter(push, { retryAfterSeconds: 7 })).toEqual({ seconds: 7, putOff: true });
    expect(retryAfter({ ...push, age_seconds: 86_400 }, { retryAfterSeconds: 7 })).toBeUndefined();
  });

  test('tries a push to a suspended device once', () => {
    expect(retryAfter({ attempts: 0, age_seconds: 1, device_state: 'suspended' }, {})).toBeUndefined();
    expect(retryAfter({ attempts: 0, age_seconds: 1, device_state: 'failing' }, {})).toEqual({
      seconds: 2,
      putOff: false,
    });
  });
});

const octet = fc.integer({ min: 0, max: 255 });
const ipv4 = fc.tuple(octet, octet, octet, octet);

describe('a private address', () => {
  test('is every address of the private, shared, loopback and link-local networks', () => {
    const inside = fc.oneof(
      fc.tuple(fc.constantFrom(0, 10, 127), octet, octet, octet),
      fc.tuple(fc.constant(172), fc.integer({ min: 16, max: 31 }), octet, octet),
      fc.tuple(fc.constant(192), fc.constant(168), octet, octet),
      fc.tuple(fc.constant(100), fc.integer({ min: 64, max: 127 }), octet, octet),
      fc.tuple(fc.constant(169), fc.constant(254), octet, octet),
      fc.tuple(fc.integer({ min: 224, max: 255 }), octet, octet, octet),
    );
    fc.assert(fc.property(inside, (octets) => !isPublicAddress(octets.join('.'))));
  });

  test('is no less private inside IPv6, however it is carried', () => {
    fc.assert(
      fc.property(ipv4, ([a, b, c, d]) => {
        const high = ((a << 8) | b).toString(16);
        const low = ((c << 8) | d).toString(16);
        for (const address of [
          `::ffff:${a}.${b}.${c}.${d}`,
          `::ffff:${high}:${low}`,
          `::${high}:${low}`,
          `64:ff9b::${high}:${low}`,
          `2002:${high}:${low}::1`,
        ]) {
          expect(isPublicAddress(address)).toBe(false);
        }
      }),
    );
  });

  test('is what is known to be one, and public is what is known to be public', () => {
    for (const address of ['::1', '::', 'fe80::1', 'fd00:ec2::254', 'fec0::1', 'ff02::1', '2001:db8::1', '5f00::1']) {
      expect([address, isPublicAddress(address)]).toEqual([address, false]);
    }
    for (const address of ['169.254.169.254', '100.100.100.200', '168.63.129.16', '192.0.2.1', 'not an address', '']) {
      expect([address, isPublicAddress(address)]).toEqual([address, false]);
    }
    for (const address of ['1.1.1.1', '93.184.216.34', '172.15.0.1', '172.32.0.1', '2606:4700:4700::1111']) {
      expect([address, isPublicAddress(address)]).toEqual([address, true]);
    }
  });
});

describe('the URL of a target', () => {
  const fault = (url: string) => targetFault(url, { allowPrivate: false });

  test('is refused for every spelling of this machine and of private networks', () => {
    for (const url of [
      'http://localhost/',
      'http://LOCALHOST:8080/',
      'http://localhost./',
      'http://api.localhost/',
      'http://127.0.0.1/',
      'http://127.1/',
      'http://2130706433/',
      'http://0x7f000001/',
      'http://0177.0.0.1/',
      'http://[::1]/',
      'http://[::ffff:127.0.0.1]/',
      'http://[0:0:0:0:0:ffff:7f00:1]/',
      'https://10.1.2.3/hook',
      'http://169.254.169.254/latest/meta-data/',
      'http://①②⑦.0.0.1/',
      'http://0/',
    ]) {
      expect([url, fault(url)]).not.toEqual([url, undefined]);
    }
  });

  test('is refused for other schemes and with credentials, private targets allowed or not', () => {
    for (const url of ['ftp://a.example/', 'file:///etc/passwd', 'javascript:alert(1)', 'https://user:pw@a.example/']) {
      expect(fault(url)).toBeDefined();
      expect(targetFault(url, { allowPrivate: true })).toBeDefined();
    }
  });

  test('is fine for names and public addresses', () => {
    for (const url of ['https://a.example/hook?x=1', 'http://93.184.216.34:8080/', 'https://localhost.example/']) {
      expect(fault(url)).toBeUndefined();
    }
    expect(targetFault('http://127.0.0.1:9/', { allowPrivate: true })).toBeUndefined();
  });
});
