import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type System, startSystem, token } from '@vestnik/testing';
import fc from 'fast-check';
import { rawHttp } from './raw-http.ts';

const API = '/api/messenger';
let system: System;
let authorization = '';
let conversationId = 0;
beforeAll(async () => {
  system = await startSystem({ settings: { LIMIT_REQUESTS_PER_SECOND: '0', LIMIT_REFUSED_TOKENS_PER_MINUTE: '0' } });
  authorization = `Bearer ${await token(1)}`;
  const call = await system.rest(1);
  conversationId = (await call('POST', '/conversations', { participantId: 2, message: 'hello' })).data.conversation.id;
});
afterAll(() => system.stop());

/** Every process lives, and none has said that something of its own went wrong. */
function expectUnharmed(): void {
  for (const { service, child, output } of system.processes) {
    expect({ service, ended: child.exitCode ?? child.signalCode }).toEqual({ service, ended: null });
    expect(output().match(/.*"level":(50|60).{200}/)?.[0]).toBeUndefined();
  }
}

/** The status of one request, written byte for byte. */
async function statusOf(line: string, headers: string[] = [], body: string | Buffer = ''): Promise<number> {
  const lines = [`${line} HTTP/1.1`, 'host: x', 'connection: close', `authorization: ${authorization}`, ...headers];
  const length = Buffer.byteLength(body);
  if (length > 0) lines.push(`content-length: ${length}`);
  const head = Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1');
  const { statuses } = await rawHttp(system.restUrl(), Buffer.concat([head, Buffer.from(body)]));
  expect(statuses).toHaveLength(1);
  return statuses[0] as number;
}

const post = (headers: string[], body: string | Buffer) =>
  statusOf(
    `POST ${API}/conversations/${conversationId}/messages`,
    headers.some((line) => line.startsWith('content-type')) ? headers : [...headers, 'content-type: application/json'],
    body,
  );

describe('HTTP', () => {
  test('whatever a query says, it is answered, and never as a fault of ours', async () => {
    const routes = ['/conversations', `/conversations/${conversationId}/messages`, '/presence', '/unread-count'];
    const names = 'limit offset before after cursor user_ids __proto__ constructor toString limit[] limit[$gt]'.split(
      ' ',
    );
    const cursor = fc.oneof(
      fc.array(fc.oneof(fc.maxSafeInteger(), fc.double(), fc.string()), { maxLength: 3 }),
      fc.constantFrom(
        null,
        {},
        '__proto__',
        [-0, 1],
        [1e308, 1],
        [9_007_199_254_740_991, 1],
        [-9_007_199_254_740_991, 1],
      ),
    );
    const value = fc.oneof(
      fc.constantFrom(
        '0',
        '1',
        '100',
        '101',
        '-1',
        '9007199254740991',
        '9007199254740992',
        '1e400',
        '%00',
        '%',
        '%E0%A4',
        '+',
        '',
      ),
      fc.webQueryParameters(),
      cursor.map((place) => Buffer.from(JSON.stringify(place)).toString('base64url')),
      fc.constant('1,'.repeat(900) + '1'),
    );
    const query = fc.array(fc.tuple(fc.constantFrom(...names), value), { maxLength: 3 });
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...routes), query, async (route, pairs) => {
        const url = `${system.restUrl()}${API}${route}?${pairs.map((pair) => pair.join('=')).join('&')}`;
        const response = await fetch(url, { headers: { authorization } });
        expect([200, 400, 422]).toContain(response.status);
        expect(await response.json()).toMatchObject({ success: response.status === 200 });
      }),
      { numRuns: 150 },
    );
    expectUnharmed();
  });

  test('whatever a path says, it is answered, and never as a fault of ours', async () => {
    const segment = fc.oneof(
      fc.constantFrom(
        'conversations',
        'messages',
        'devices',
        'presence',
        '..',
        '.',
        '%2e%2e',
        '%2F',
        '%00',
        '%',
        '%zz',
        '%ff',
      ),
      fc.constantFrom(
        '__proto__',
        'constructor',
        'hasOwnProperty',
        '0',
        '-1',
        '1',
        '9007199254740992',
        '1e3',
        ';',
        '\\',
      ),
      fc.webPath(),
      fc.string({ unit: 'binary-ascii', maxLength: 8 }).map((text) => text.replace(/[\s?#\0-\x20\x7f]/g, '')),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(segment, { maxLength: 4 }), async (segments) => {
        const status = await statusOf(`GET ${API}/${segments.join('/')}`);
        expect([200, 400, 403, 404, 405, 422]).toContain(status);
      }),
      { numRuns: 100 },
    );
    expectUnharmed();
  });

  test.each([
    ['OPTIONS', 405],
    ['TRACE', 405],
    ['PROPFIND', 405],
    ['HEAD', 200],
    ['get', 400],
    ['FOO', 400],
    ['PRI', 400],
  ])('a method that is not known here is refused: %s', async (method, status) => {
    expect(await statusOf(`${method} ${API}/conversations`)).toBe(status);
  });

  test('a method in a header or a query changes nothing', async () => {
    const line = `POST ${API}/conversations/${conversationId}/messages`;
    const headers = ['content-type: application/json', 'x-http-method-override: DELETE'];
    expect(await statusOf(line, headers, '{"content":"as posted"}')).toBe(201);
    expect(await statusOf(`${line}?_method=DELETE`, headers, '{"content":"as posted"}')).toBe(400);
  });

  test.each([
    ['text is not declared as JSON', ['content-type: text/plain'], '{"content":"a"}', 415],
    ['a form is not declared as JSON', ['content-type: application/x-www-form-urlencoded'], 'content=a', 415],
    [
      'UTF-16 is no JSON',
      ['content-type: application/json; charset=utf-16'],
      Buffer.from('{"content":"a"}', 'utf16le'),
      400,
    ],
    [
      'UTF-16 that is not whole',
      ['content-type: application/json; charset=utf-16le'],
      Buffer.from('{"content":"a\ud800"}x', 'utf16le'),
      400,
    ],
    ['an unknown charset', ['content-type: application/json; charset=utf-7'], '{"content":"a"}', 400],
    [
      'Latin-1',
      ['content-type: application/json; charset=iso-8859-1'],
      Buffer.from('{"content":"\xe9"}', 'latin1'),
      400,
    ],
    ['bytes that are no UTF-8', [], Buffer.from('{"content":"\xe9"}', 'latin1'), 400],
    ['overlong UTF-8', [], Buffer.from('{"content":"\xc0\xaf"}', 'latin1'), 400],
    ['a surrogate in UTF-8', [], Buffer.from('{"content":"\xed\xa0\x80"}', 'latin1'), 400],
    ['gzip is unpacked', ['content-encoding: gzip'], gzipSync('{"content":"packed"}'), 201],
    ['gzip that is none', ['content-encoding: gzip'], '{"content":"a"}', 400],
    ['gzip that is cut', ['content-encoding: gzip'], gzipSync('{"content":"a"}').subarray(0, 20), 400],
    ['a bomb', ['content-encoding: gzip'], gzipSync(Buffer.alloc(50_000_000, ' ')), 413],
    ['an unknown encoding', ['content-encoding: zstd2'], '{"content":"a"}', 400],
    ['nesting without end', [], `{"content":"a","deep":${'['.repeat(100_000)}${']'.repeat(100_000)}}`, 413],
    ['some nesting', [], `{"content":"a","deep":${'['.repeat(30)}${']'.repeat(30)}}`, 201],
    ['values without end', [], `{"content":"a","many":[${'{},'.repeat(80_000)}{}]}`, 413],
    ['names without end', [], `{"content":"a"${Array.from({ length: 25_000 }, (_, n) => `,"${n}":1`).join('')}}`, 413],
    ['many values', [], `{"content":"a","many":[${'1,'.repeat(19_000)}1]}`, 201],
    ['a key given twice stands as the last', [], '{"content":7,"content":"last"}', 201],
    ['a number that is none', [], '{"content":"a","replyToId":NaN}', 400],
  ] as [string, string[], string | Buffer, number][])(
    'a body is JSON in UTF-8 or refused: %s',
    async (_, headers, body, status) => {
      expect(await post(headers, body)).toBe(status);
      expectUnharmed();
    },
  );

  test('two lengths, or a length beside chunks, are refused and the connection is closed: nothing can be smuggled', async () => {
    const head = (headers: string[]) =>
      `POST ${API}/conversations/${conversationId}/read HTTP/1.1\r\nhost: x\r\nauthorization: ${authorization}\r\n${headers.join('\r\n')}\r\n\r\n`;
    const inner = `GET /health/live HTTP/1.1\r\nhost: x\r\n\r\n`;
    for (const headers of [
      ['content-length: 0', 'content-length: 44'],
      ['content-length: 4', 'transfer-encoding: chunked'],
      ['transfer-encoding: chunked', 'content-length: 4'],
      ['transfer-encoding: xchunked'],
      ['transfer-encoding : chunked'],
      ['transfer-encoding: chunked, identity'],
      ['content-length: +4'],
      ['content-length: 4, 4'],
      ['content-length : 4'],
    ]) {
      const { statuses } = await rawHttp(system.restUrl(), `${head(headers)}0\r\n\r\n${inner}`);
      expect({ headers, statuses }).toEqual({ headers, statuses: [400] });
    }
  });

  test('the port of the sockets refuses what could be read in two ways, once, and closes the connection', async () => {
    const url = system.socketUrl().replace('ws:', 'http:');
    const next = 'GET /unknown HTTP/1.1\r\nhost: x\r\n\r\n';
    for (const path of ['/ws', '/unknown', '/socket.io/?EIO=4&transport=polling']) {
      for (const lines of [
        ['host: x', 'content-length: 4', 'content-length: 0'],
        ['host: x', 'transfer-encoding: xchunked'],
        ['host: x', 'host: y'],
      ]) {
        const { statuses } = await rawHttp(url, `GET ${path} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n${next}`);
        // uWebSockets itself ends some of them with 505, since it reads on behind the first length.
        expect({ path, lines, statuses }).toEqual({ path, lines, statuses: [statuses[0] === 505 ? 505 : 400] });
      }
    }
  });

  test('a connection to the port of the sockets ends behind a request that opens a session by polling', async () => {
    const url = system.socketUrl().replace('ws:', 'http:');
    const handshake = 'GET /socket.io/?EIO=4&transport=polling HTTP/1.1\r\nhost: x\r\n\r\n';
    expect((await rawHttp(url, handshake.repeat(3))).statuses).toEqual([200]);
  });

  test('the port of the sockets stands the same', async () => {
    const url = system.socketUrl().replace('ws:', 'http:');
    const requests = [
      'GET / HTTP/1.1\r\nhost: x\r\n\r\n',
      'GET /ws HTTP/1.1\r\nhost: x\r\n\r\n',
      'GET /ws HTTP/1.1\r\nhost: x\r\nupgrade: websocket\r\nconnection: upgrade\r\n\r\n',
      `GET /ws HTTP/1.1\r\nhost: x\r\nupgrade: websocket\r\nconnection: upgrade\r\nauthorization: ${authorization}\r\n\r\n`,
      'GET /socket.io/?EIO=4&transport=__proto__ HTTP/1.1\r\nhost: x\r\n\r\n',
      'GET /socket.io/?EIO=4&transport=polling&sid=constructor HTTP/1.1\r\nhost: x\r\n\r\n',
      'POST /socket.io/?EIO=4&transport=polling&sid=x HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\n\r\n0',
      'POST /ws HTTP/1.1\r\nhost: x\r\ncontent-length: 4\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n',
      '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03',
      'GET /ws HTTP/9.9\r\n\r\n',
      `GET /${'x'.repeat(100_000)} HTTP/1.1\r\nhost: x\r\n\r\n`,
    ];
    for (const request of requests) {
      const { statuses } = await rawHttp(url, Buffer.from(request, 'latin1'), 250);
      expect(statuses.filter((status) => status < 400 || (status >= 500 && status !== 505))).toEqual([]);
    }
    expectUnharmed();
  });
});
