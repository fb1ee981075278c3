import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { newWebhookSecret } from '../src/domain/device-target.ts';
import { pushBody } from '../src/domain/push-body.ts';
import type { Outcome, Provider } from '../src/providers/provider.ts';
import type { Resolve } from '../src/providers/public-lookup.ts';
import { createWebhookProvider, type WebhookOptions } from '../src/providers/webhook.ts';
import { type Receiver, startReceiver, status, verify } from './receiver.ts';

const secret = newWebhookSecret();
const body = pushBody(4, { message_id: 5, text: 'привет 👋' });
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
    const resolve: Resolve = (hostname, _, callback) => {
      const addresses = answers[asked.length] ?? [];
      asked.push(hostname);
      callback(
        null,
        addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
      );
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
