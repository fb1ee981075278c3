import { expect, test } from '@jest/globals';
import {
  describeSettings,
  flag,
  integer,
  limit,
  list,
  readPostgresUrl,
  serviceSettings,
  setting,
  text,
} from '../src/index.ts';

const settings = describeSettings({
  servers: setting({ env: 'SERVERS', doc: 'Where to connect', format: list, required: true }),
  name: setting({ env: 'NAME', doc: 'Name of the process', format: text }),
  isStrict: setting({ env: 'STRICT', doc: 'Refuses more', format: flag, default: 0 }),
  limits: {
    frames: setting({ env: 'LIMIT_FRAMES', doc: 'Frames in a second', format: limit, default: 50 }),
    users: setting({ env: 'LIMIT_USERS', doc: 'Users at most', format: integer(1, 9), default: 5 }),
  },
});

test('settings read by their own names, groups as groups, unset ones by their default', () => {
  expect(settings.read({ SERVERS: 'a, b,', LIMIT_FRAMES: '0', NAME: '' })).toEqual({
    servers: ['a', 'b'],
    name: undefined,
    isStrict: false,
    limits: { frames: Number.POSITIVE_INFINITY, users: 5 },
  });
});

test('one error names every setting that is missing or wrong, and repeats no value', () => {
  expect(() => settings.read({ STRICT: 'secret', LIMIT_USERS: '10' })).toThrow(
    /^SERVERS is not set; STRICT: [^;]*; LIMIT_USERS: must be between 1 and 9\.$/,
  );
  expect(() => settings.read({ SERVERS: 'a', STRICT: 'secret' })).not.toThrow(/secret/);
});

test('rows hold what a table of settings shows', () => {
  expect(settings.rows).toEqual([
    {
      env: 'SERVERS',
      doc: 'Where to connect',
      format: 'texts, separated by commas',
      default: undefined,
      required: true,
    },
    { env: 'NAME', doc: 'Name of the process', format: 'text', default: undefined, required: false },
    { env: 'STRICT', doc: 'Refuses more', format: '0 or 1', default: '0', required: false },
    {
      env: 'LIMIT_FRAMES',
      doc: 'Frames in a second',
      format: 'whole number, 0 for no limit',
      default: '50',
      required: false,
    },
    { env: 'LIMIT_USERS', doc: 'Users at most', format: 'whole number, 1 to 9', default: '5', required: false },
  ]);
});

test.each([
  ['postgres://u:secret@h/d?ssl=true', 'has an unknown parameter "ssl"; there are sslmode, sslrootcert, '],
  ['postgres://u:secret@h/d?sslmode=strict', 'has sslmode=strict; it must be one of disable, prefer, require, '],
  ['postgres://u:secret@h/d?sslcert=/c.pem', 'needs both sslcert and sslkey, or neither'],
  ['mysql://u:secret@h/d', 'must be a postgres:// URL like postgres://'],
  ['u:secret@h', 'must be a postgres:// URL like postgres://'],
])('the address %s is refused in one line that repeats no secret', (url, words) => {
  const service = describeSettings({ databaseUrl: serviceSettings.databaseUrl });
  const line = expect.stringMatching(/^DATABASE_URL: (?!.*secret)/);
  expect(() => service.read({ DATABASE_URL: url })).toThrow(expect.objectContaining({ message: line }));
  expect(() => readPostgresUrl(url)).toThrow(words);
});

test('an address reads as its parts, with the defaults of PostgreSQL', () => {
  expect(readPostgresUrl('postgresql://u:p%40@[::1]/d?sslmode=require&sslrootcert=/ca.pem')).toMatchObject({
    host: '::1',
    port: 5432,
    user: 'u',
    password: 'p@',
    database: 'd',
    tlsMode: 'verify-ca',
  });
  expect(readPostgresUrl('postgres://u@h:6432/d')).toMatchObject({ host: 'h', port: 6432, tlsMode: 'prefer' });
});
