import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createLogger } from '@vestnik/logging';
import { type RunningServer, startNats } from '@vestnik/servers';
import { type Rewriting, selfSigned, startTcpProxy } from '@vestnik/testing';
import { connectBus } from '../src/index.ts';

let folder: string;
/** A nats-server in plain text, and one that asks for TLS with a certificate for localhost. */
let plain: RunningServer;
let encrypted: RunningServer;
const stops: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vestnik-nats-'));
  stops.push(() => rm(folder, { recursive: true, force: true }));
  const { cert, key } = selfSigned('localhost');
  await writeFile(join(folder, 'server.crt'), cert);
  await writeFile(join(folder, 'server.key'), key, { mode: 0o600 });
  await writeFile(join(folder, 'another.crt'), selfSigned('localhost').cert);
  plain = await start('plain', '');
  encrypted = await start(
    'encrypted',
    `tls { cert_file: ${JSON.stringify(join(folder, 'server.crt'))}, key_file: ${JSON.stringify(join(folder, 'server.key'))} }
     authorization { user: someone, password: secret }`,
  );
});

afterAll(async () => {
  for (let stop = stops.pop(); stop; stop = stops.pop()) await stop();
});

async function start(name: string, configuration: string): Promise<RunningServer> {
  const server = await startNats({
    dataDir: join(folder, name),
    logFile: join(folder, `${name}.log`),
    users: { configuration, environment: {} },
  });
  stops.push(() => server.stop());
  return server;
}

/** Connects as a service does, and returns how that ended. */
async function connectTo(...servers: string[]): Promise<string> {
  try {
    const bus = await connectBus({ servers, name: 'tests', logger: createLogger('tests', 'silent') });
    await bus.close();
    return 'connected';
  } catch (error) {
    return (error as Error).message;
  }
}

/** Connects by way of a link that makes another server of the real one. */
async function connectToOther(pattern: RegExp, replacement: string): Promise<string> {
  const rewriting: Rewriting = {
    toClient: (bytes) => Buffer.from(bytes.toString('latin1').replace(pattern, replacement), 'latin1'),
  };
  const proxy = await startTcpProxy(plain.url, rewriting);
  try {
    return await connectTo(proxy.url);
  } finally {
    await proxy.stop();
  }
}

test.each([
  [
    'is too old',
    /"version":"[^"]+"/,
    '"version":"2.10.29"',
    'the server is nats-server 2.10.29; Vestnik needs 2.11 or later',
  ],
  [
    'carries too small messages',
    /"max_payload":\d+/,
    '"max_payload":1048576',
    'the server carries messages of 1048576 bytes at most: set max_payload: 8MB in its configuration',
  ],
  ['has no JetStream', /"jetstream":true,/, '', 'the server has no JetStream: start it with --jetstream'],
])('a nats-server that %s is refused in one line', async (_, pattern, replacement, line) => {
  expect(await connectTo(plain.url)).toBe('connected');
  expect(await connectToOther(pattern, replacement)).toBe(`NATS_URL: ${line}`);
});

test('a nats-server that got the password too late is away for now, and does not count as one that refuses the password', async () => {
  const said = await connectToOther(/PONG\r\n/, "-ERR 'Authentication Timeout'\r\n");
  expect(said).toMatch(/^NATS_URL: the server at nats:\/\/[\d.]+:\d+ got user and password too late$/);
});

test('tls:// is encrypted and verified, or refused in one line', async () => {
  const address = (user: string, parameters: string) =>
    `tls://${user}@localhost:${encrypted.port}${parameters && `?${parameters}`}`;
  const own = `tlsca=${join(folder, 'server.crt')}`;
  expect(await connectTo(address('someone:secret', own))).toBe('connected');
  expect(await connectTo(address('someone:wrong', own))).toMatch(/^NATS_URL: the server at .* refuses this user/);
  const refusal = /^NATS_URL: no TLS with the server at tls:\/\/localhost:\d+ \(.*certificate/;
  expect(await connectTo(address('someone:secret', ''))).toMatch(refusal);
  expect(await connectTo(address('someone:secret', `tlsca=${join(folder, 'another.crt')}`))).toMatch(refusal);
  expect(await connectTo(plain.url.replace('nats:', 'tls:'))).toMatch(
    /^NATS_URL: no TLS with the server at .* \(server does not support 'tls'\)$/,
  );
});

test('an address that cannot be used is one line that repeats no secret', async () => {
  const missing = join(folder, 'missing.crt');
  expect(await connectTo(`tls://u:secret@localhost:1?tlsca=${missing}`)).toBe(
    'NATS_URL: tlsca cannot be read (ENOENT)',
  );
  expect(await connectTo('nats://u:secret@localhost:1?verify=1')).toBe(
    'NATS_URL: has an unknown parameter "verify"; there are tlsca, tlscert, tlskey, creds',
  );
  expect(await connectTo('http://u:secret@localhost:1')).toBe(
    'NATS_URL: needs addresses like nats://user:password@host:4222, or tls://',
  );
});
