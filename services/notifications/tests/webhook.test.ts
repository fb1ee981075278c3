import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { type DnsServer, startDnsServer } from '@vestnik/testing';
import { newWebhookSecret } from '../src/domain/device-target.ts';
import { pushBody } from '../src/domain/push-body.ts';
import { parseHosts } from '../src/providers/hosts-file.ts';
import type { Outcome, Provider } from '../src/providers/provider.ts';
import { createResolve, type Resolve } from '../src/providers/resolve.ts';
import { createWebhookProvider, type WebhookOptions } from '../src/providers/webhook.ts';
import { type Receiver, startReceiver, status, verify } from './receiver.ts';

const secret = newWebhookSecret();
const body = pushBody(4, { message_id: 5, text: 'привет 👋' }, 2_000);
const never = new AbortController().signal;
const providers: Provider[] = [];
let receiver: Receiver;

beforeAll(async () => {
  receiver = await startReceiver();
});
afterEach(async () => {
  await Promise.all(providers.splice(0).map((provider) => provider.close()));
});
afterAll(() => receiver.stop());

function send(url: string, options: Partial<WebhookOptions> = {}, signal = never): Promise<Outcome> {
  const provider = createWebhookProvider({ allowPrivate: true, ...options });
  providers.push(provider);
  return provider.send({ id: 'push_1', target: { url }, secret, body }, signal);
}

/** Pushes to a server that answers with these bytes, part by part, and closes. */
async function answered(...parts: string[]): Promise<Outcome> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', async () => {
      for (const part of parts) {
        socket.write(part);
        await delay(parts.length > 1 ? 10 : 0);
      }
      socket.end();
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    return await send(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  } finally {
    server.close();
  }
}

describe('a webhook', () => {
  test('is one signed POST of exactly the documented body', async () => {
    expect(await send(receiver.url('/plain'))).toEqual({ kind: 'sent' });
    const [request, ...more] = receiver.at('/plain');
    if (!request) throw new Error('nothing came');
    expect(more).toEqual([]);
    expect(request.method).toBe('POST');
    expect(request.headers['content-type']).toBe('application/json');
    expect(request.headers['webhook-id']).toBe('push_1');
    expect(verify(secret, request)).toEqual({
      type: 'new_message',
      title: 'Новое сообщение',
      body: 'привет 👋',
      data: { conversationId: 4, messageId: 5 },
    });
    expect(() => verify(newWebhookSecret(), request)).toThrow('No matching signature');
  });

  test('follows no redirect', async () => {
    receiver.answer('/moved', status(302, { location: receiver.url('/elsewhere') }));
    receiver.answer('/kept', status(307, { location: receiver.url('/elsewhere') }));
    expect(await send(receiver.url('/moved'))).toEqual({ kind: 'failed', reason: 'redirect 302' });
    expect(await send(receiver.url('/kept'))).toEqual({ kind: 'failed', reason: 'redirect 307' });
    expect(receiver.at('/elsewhere')).toEqual([]);
  });

  test('fails for any status but 2xx, and 410 says that the device is gone', async () => {
    for (const code of [400, 401, 404, 429, 500, 503]) {
      receiver.answer('/status', status(code));
      expect(await send(receiver.url('/status'))).toEqual({ kind: 'failed', reason: `status ${code}` });
    }
    receiver.answer('/status', status(410));
    expect(await send(receiver.url('/status'))).toEqual({ kind: 'gone' });
    for (const code of [200, 201, 202, 204]) {
      receiver.answer('/status', status(code));
      expect(await send(receiver.url('/status'))).toEqual({ kind: 'sent' });
    }
  });

  test('fails when nothing answers in time, and at once when nobody listens', async () => {
    receiver.answer('/silent', () => undefined);
    expect(await send(receiver.url('/silent'), { timeoutMs: 100 })).toEqual({ kind: 'failed', reason: 'timeout' });
    const unused = createServer().listen(0, '127.0.0.1');
    await once(unused, 'listening');
    const { port } = unused.address() as AddressInfo;
    unused.close();
    await once(unused, 'close');
    expect(await send(`http://127.0.0.1:${port}/`)).toEqual({ kind: 'failed', reason: 'ECONNREFUSED' });
  });

  test('is sent by its status, though the body of the answer is huge or never ends', async () => {
    receiver.answer('/huge', (response) => response.writeHead(200).end(Buffer.alloc(5_000_000)));
    expect(await send(receiver.url('/huge'))).toEqual({ kind: 'sent' });
    receiver.answer('/endless', (response) => response.writeHead(200).write('one byte, and then nothing'));
    expect(await send(receiver.url('/endless'), { timeoutMs: 3_000 })).toEqual({ kind: 'sent' });
  });

  test('is judged by its final status, whatever interim answers come before it', async () => {
    const interim =
      'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n';
    expect(await answered(`${interim}HTTP/1.1 204 No Content\r\n\r\n`)).toEqual({ kind: 'sent' });
    expect(await answered(`${interim}HTTP/1.1 500 No\r\n\r\n`)).toEqual({ kind: 'failed', reason: 'status 500' });
    expect(await answered(`${interim}HTTP/1.1 410 Gone\r\n\r\n`)).toEqual({ kind: 'gone' });
    // Answers that come in parts, as they do from an application that works meanwhile.
    expect(
      await answered(...interim.split('\r\n\r\n').map((part) => `${part}\r\n\r\n`), 'HTTP/1.1 200 OK\r\n\r\n'),
    ).toEqual({
      kind: 'sent',
    });
    expect(await answered('HTTP/1.1 101 Switching Protocols\r\nupgrade: h2c\r\nconnection: upgrade\r\n\r\n')).toEqual({
      kind: 'failed',
      reason: 'status 101',
    });
  });

  test('is sent when the answer is odd and its status is 2xx', async () => {
    for (const answer of [
      'HTTP/1.1 200\r\n\r\n',
      'HTTP/1.0 200 OK\n\n',
      'HTTP/1.1 200 OK\r\nno colon\r\n\r\n',
      'HTTP/1.1 200 OK\r\ncontent-length: 5\r\ncontent-length: 6\r\n\r\nhello',
      'HTTP/1.1 200 OK\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\nhello',
      'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nno chunk',
      'HTTP/1.1 200 OK\r\ncontent-length: 500\r\n\r\nbroken off',
      `HTTP/1.1 202 Accepted\r\nlong: ${'x'.repeat(100_000)}\r\n\r\n`,
      'HTTP/1.1 201 Created\r\nx: y',
      'HTTP/1.1 204 No Content\r\ncontent-length: 5\r\n\r\nhello',
    ]) {
      expect([answer.slice(0, 60), await answered(answer)]).toEqual([answer.slice(0, 60), { kind: 'sent' }]);
    }
    for (const answer of ['', 'SSH-2.0-OpenSSH\r\n', 'HTTP/1.1 20', 'HTTP/1.1 100 Continue\r\n\r\n']) {
      expect([answer, (await answered(answer)).kind]).toEqual([answer, 'failed']);
    }
  });

  test('is sent over a kept connection, also when the target closes it or sends more than an answer', async () => {
    const connections: Socket[] = [];
    const server = createServer((socket) => {
      connections.push(socket);
      socket.on('error', () => undefined);
      socket.on('data', () => {
        socket.write('HTTP/1.1 204 No Content\r\ncontent-length: 4\r\n\r\n');
        setTimeout(() => socket.write('more'), 20);
      });
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    const provider = createWebhookProvider({ allowPrivate: true });
    providers.push(provider);
    const push = () => provider.send({ id: 'push_1', target: { url }, secret, body }, never);
    for (let time = 0; time < 3; time += 1) {
      expect(await push()).toEqual({ kind: 'sent' });
      await delay(50);
    }
    server.removeAllListeners('connection');
    let requests = 0;
    server.on('connection', (socket) => {
      connections.push(socket);
      socket.on('error', () => undefined);
      // The target closes the connection exactly when the next request comes.
      let own = 0;
      socket.on('data', () => {
        own += 1;
        requests += 1;
        if (own === 1) socket.write('HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n');
        else socket.resetAndDestroy();
      });
    });
    for (let time = 0; time < 3; time += 1) expect(await push()).toEqual({ kind: 'sent' });
    expect(requests).toBe(5);
    for (const socket of connections) socket.destroy();
    server.close();
  });

  test('that is told to wait by `Retry-After` carries the wait, within bounds', async () => {
    const wait = async (code: number, value: string) => {
      receiver.answer('/busy', status(code, { 'retry-after': value }));
      return await send(receiver.url('/busy'));
    };
    expect(await wait(429, '7')).toEqual({ kind: 'failed', reason: 'status 429', retryAfterSeconds: 7 });
    expect(await wait(503, '30')).toEqual({ kind: 'failed', reason: 'status 503', retryAfterSeconds: 30 });
    expect(await wait(429, '1000000000')).toMatchObject({ retryAfterSeconds: 3_600 });
    expect(await wait(429, '0')).toMatchObject({ retryAfterSeconds: 1 });
    expect(await wait(429, 'soon')).toEqual({ kind: 'failed', reason: 'status 429' });
    expect(await wait(500, '7')).toEqual({ kind: 'failed', reason: 'status 500' });
    const date = await wait(429, new Date(Date.now() + 60_000).toUTCString());
    expect((date as { retryAfterSeconds: number }).retryAfterSeconds).toBeGreaterThan(55);
    expect((date as { retryAfterSeconds: number }).retryAfterSeconds).toBeLessThan(62);
  });

  test('is interrupted by its caller', async () => {
    receiver.answer('/held', () => undefined);
    expect(await send(receiver.url('/held'), {}, AbortSignal.timeout(50))).toEqual({ kind: 'interrupted' });
  });
});

describe('private targets', () => {
  test('are refused before a connection when the URL names one', async () => {
    const outcome = await send(receiver.url('/literal'), { allowPrivate: false });
    expect(outcome).toEqual({ kind: 'refused', reason: 'url must not be a private address' });
    expect(receiver.at('/literal')).toEqual([]);
  });

  test('are refused when a name points to one at the moment of the connection', async () => {
    const answers = [['127.0.0.1'], ['::1', '10.0.0.1']];
    const asked: string[] = [];
    const resolve: Resolve = async (hostname) => {
      const addresses = answers[asked.length] ?? [];
      asked.push(hostname);
      return addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
    };
    const url = `http://rebinding.example:${receiver.port}/rebound`;
    for (const _ of [1, 2]) {
      const outcome = await send(url, { allowPrivate: false, resolve });
      expect(outcome).toEqual({ kind: 'failed', reason: 'private address' });
    }
    expect(asked).toEqual(['rebinding.example', 'rebinding.example']);
    expect(receiver.at('/rebound')).toEqual([]);
  });

  test('are reached through a name only when the setting allows them', async () => {
    const url = `http://localhost:${receiver.port}/named`;
    expect((await send(url, { allowPrivate: false })).kind).toBe('refused');
    expect(await send(url)).toEqual({ kind: 'sent' });
  });
});

describe('a name', () => {
  let dns: DnsServer;
  beforeAll(async () => {
    dns = await startDnsServer();
  });
  afterAll(() => dns.stop());
  const resolve = (name: string, deadlineMs = 500) => createResolve({ servers: [dns.address], deadlineMs })(name);

  test('resolves to its addresses of both families, and of one when the other never answers', async () => {
    dns.answer('both.test', { ipv4: ['127.0.0.1', '127.0.0.2'], ipv6: ['::1'] });
    dns.answer('half.test', { ipv4: ['127.0.0.3'], ipv6: 'never' });
    const both = await resolve('Both.Test.');
    expect(both.map(({ address }) => address).sort()).toEqual(['127.0.0.1', '127.0.0.2', '::1']);
    expect(await resolve('half.test', 5_000)).toEqual([{ address: '127.0.0.3', family: 4 }]);
  });

  test('that DNS does not have, or never answers, fails in time and holds up no other name', async () => {
    dns.answer('good.test', { ipv4: ['127.0.0.1'], ipv6: [] });
    await expect(resolve('unknown.test')).rejects.toMatchObject({ code: 'ENOTFOUND' });
    const startedAt = Date.now();
    const hung = Array.from({ length: 200 }, (_, index) =>
      resolve(`h${index}.hang.test`, 2_000).catch(({ code }) => code),
    );
    await delay(100);
    const askedAt = Date.now();
    expect(await resolve('good.test', 2_000)).toEqual([{ address: '127.0.0.1', family: 4 }]);
    expect(Date.now() - askedAt).toBeLessThan(1_000);
    expect(new Set(await Promise.all(hung))).toEqual(new Set(['dns timeout']));
    expect(Date.now() - startedAt).toBeLessThan(4_000);
  });

  test('whose DNS never answers fails its push alone', async () => {
    dns.answer('good.test', { ipv4: ['127.0.0.1'], ipv6: [] });
    const options = { resolve: createResolve({ servers: [dns.address], deadlineMs: 500 }) };
    const hung = Array.from({ length: 20 }, (_, index) => send(`http://h${index}.hang.test/`, options));
    expect(await send(`http://good.test:${receiver.port}/beside`, options)).toEqual({ kind: 'sent' });
    for (const outcome of await Promise.all(hung)) expect(outcome).toEqual({ kind: 'failed', reason: 'dns timeout' });
  });

  test('of this machine needs no DNS, and neither does one of the hosts file', async () => {
    const none = createResolve({ servers: ['127.0.0.1:1'], deadlineMs: 500 });
    expect(await none('localhost')).toContainEqual({ address: '127.0.0.1', family: 4 });
    expect(await none('api.LOCALHOST.')).toContainEqual({ address: '::1', family: 6 });
    const hosts = parseHosts('# names\n10.0.0.7 Db db.internal # the database\nfd00::7\tdb\nnonsense line\n');
    expect(hosts.get('db')).toEqual([
      { address: '10.0.0.7', family: 4 },
      { address: 'fd00::7', family: 6 },
    ]);
    expect(hosts.get('db.internal')).toHaveLength(1);
    expect(hosts.size).toBe(2);
  });
});
