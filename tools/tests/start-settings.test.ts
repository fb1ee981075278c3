import { expect, test } from '@jest/globals';
import { BUS_USERS, DATA_SERVICES, forEachName } from '@vestnik/contracts';
import { gatewayCommands, serviceCommands, withOpsPorts } from '../start/services.ts';
import { readStartSettings } from '../start/settings.ts';

const databaseUrls = forEachName(DATA_SERVICES, (service) => `postgres://${service}@h/d`);
const natsUrls = forEachName(BUS_USERS, (user) => `nats://${user}@h`);

test('the nth gateway listens ten ports higher than the one before', () => {
  const settings = readStartSettings({ INSTANCES: 'gateway=3, messages=2', PORT: '4000', WS_PORT: '5000' });
  expect(settings.gateways).toEqual([
    { port: 4000, socketPort: 5000, opsPort: 3002 },
    { port: 4010, socketPort: 5010, opsPort: 3012 },
    { port: 4020, socketPort: 5020, opsPort: 3022 },
  ]);
  const names = serviceCommands(settings, { natsUrls, databaseUrls, jwtSecret: 's' }).map(({ name }) => name);
  const others = DATA_SERVICES.filter((service) => service !== 'messages').map((service) => `${service}-1`);
  expect(names.toSorted()).toEqual([...others, 'messages-1', 'messages-2'].toSorted());
});

test("each service gets its own user of database and bus only, the gateway no database, and nobody the administrator's", () => {
  const admin = 'postgres://admin:secret@h/d';
  const settings = readStartSettings({
    DATABASE_URL: admin,
    LIMIT_GROUP_SIZE: '5',
    OPS_PORT: '4002',
    // They are in .env for docker compose.
    POSTGRES_PASSWORD: 'ops@',
    MESSAGES_DATABASE_PASSWORD: 'ops@',
  });
  const given = { natsUrls, databaseUrls, jwtSecret: 'the secret' };
  const services = serviceCommands(settings, given);
  for (const { name, env } of services) {
    expect(env.DATABASE_URL).toBe(`postgres://${name.slice(0, -2)}@h/d`);
    expect(env.NATS_URL).toBe(`nats://${name.slice(0, -2)}@h`);
    expect(env).not.toHaveProperty('JWT_SECRET');
    expect(env).not.toHaveProperty('OPS_PORT');
  }
  const [gateway] = gatewayCommands(settings, given);
  expect(gateway?.env).not.toHaveProperty('DATABASE_URL');
  expect(gateway?.env).toMatchObject({
    NATS_URL: 'nats://gateway@h',
    JWT_SECRET: 'the secret',
    LIMIT_GROUP_SIZE: '5',
    OPS_PORT: '4002',
  });
  expect(JSON.stringify([...services, gateway])).not.toMatch(/admin|ops@/);
});

test('each process behind the gateways has an ops port of its own', async () => {
  const settings = readStartSettings({ INSTANCES: 'messages=3' });
  const commands = serviceCommands(settings, { natsUrls, databaseUrls, jwtSecret: 's' });
  const given = await withOpsPorts(commands, settings.opsHost);
  expect(given.map(({ name }) => name)).toEqual(commands.map(({ name }) => name));
  expect(new Set(given.map(({ opsPort }) => opsPort)).size).toBe(commands.length);
  for (const { opsPort, env } of given) expect(env.OPS_PORT).toBe(String(opsPort));
});

test.each([
  [{}, '1'],
  [{ JWT_SECRET: 'x'.repeat(32) }, '0'],
  [{ JWT_PUBLIC_KEY: 'a key' }, '0'],
  [{ JWKS_URL: 'https://keys.example.org' }, '0'],
  [{ TRUSTED_ISSUERS: 'issuers.json' }, '0'],
  [{ JWT_SECRET: 'x'.repeat(32), DEMO: '1' }, '1'],
  [{ DEMO: '0' }, '0'],
])('the demo people sign in where the start made the key itself, or by DEMO: %j', (env, demo) => {
  const given = { natsUrls, databaseUrls, jwtSecret: 's' };
  expect(gatewayCommands(readStartSettings(env), given)[0]?.env.DEMO).toBe(demo);
});

test.each([
  [{ PORT: 'abc' }, 'PORT: must be a whole number.'],
  [{ WS_PORT: '70000' }, 'WS_PORT: must be between 1 and 65535.'],
  [{ WS_PORT: '3000' }, 'port 3000 is asked for twice: set PORT, WS_PORT and OPS_PORT apart'],
  [{ DEMO: 'yes' }, 'DEMO: '],
  [{ INSTANCES: 'foo=2' }, 'INSTANCES: "foo" is no service; there are '],
  [{ INSTANCES: 'gateway=0' }, 'INSTANCES: gateway needs a number from 1 to 64, as in gateway=2'],
  [{ INSTANCES: 'gateway=2', PORT: '65530' }, 'would listen on port 65540; lower PORT'],
  [{ JWT_SECRET: 'short' }, 'JWT_SECRET has 5 bytes: give it at least 32, or unset it'],
  [{ DATABASE_URL: 'mysql://h/d' }, 'DATABASE_URL: must be a postgres:// URL'],
])('%j is refused in one line that says what to do', (env, words) => {
  expect(() => readStartSettings(env)).toThrow(words);
});
