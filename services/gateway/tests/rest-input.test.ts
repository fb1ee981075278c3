import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type System, startSystem, token, until } from '@vestnik/testing';
import { failure, rawCall } from './rest-replies.ts';

let system: System;

beforeAll(async () => {
  const settings = { LIMIT_BODY_BYTES: '4096', LIMIT_CONTENT_LENGTH: '100', LIMIT_REQUESTS_PER_SECOND: '0' };
  system = await startSystem({ settings });
});
afterAll(() => system.stop());

const call = (userId: number, method: string, path: string, init?: RequestInit) =>
  rawCall(system.restUrl(), userId, method, path, init);

describe('routes', () => {
  test('an unknown route is 404, below the API and beside it', async () => {
    const inside = await call(2, 'GET', '/conversation');
    const outside = await fetch(`${system.restUrl()}/admin`);
    for (const response of [inside, outside]) {
      expect(response.status).toBe(404);
      expect(await response.json()).toEqual(failure('not_found'));
    }
  });

  test.each([
    ['GET', '/unread-count/'],
    ['GET', '/Unread-Count?'],
    ['HEAD', '/unread-count'],
  ])('a route is found in either case, with a slash at its end, and by HEAD: %s %s', async (method, path) => {
    const response = await call(3, method, path);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-length')).toBe('42');
  });

  test.each(['//unread-count', '/unread-count//', '/unread-count/1', '/conversations//messages', '', '/'])(
    'a path that only looks like a route is 404: %j',
    async (path) => expect((await call(3, 'GET', path)).status).toBe(404),
  );

  test.each([
    ['DELETE', '/conversations', 'GET, HEAD, POST'],
    ['PUT', '/conversations/1', 'GET, HEAD, PATCH, DELETE'],
    ['GET', '/conversations/1/participants', 'POST'],
    ['POST', '/conversations/1/participants/2', 'DELETE'],
    ['DELETE', '/conversations/1/messages', 'GET, HEAD, POST'],
    ['GET', '/conversations/1/read', 'POST'],
    ['POST', '/conversations/1/members', 'GET, HEAD'],
    ['POST', '/messages/1', 'GET, HEAD, PATCH, DELETE'],
    ['GET', '/messages/1/reactions/%F0%9F%91%8D', 'PUT, DELETE'],
    ['POST', '/unread-count', 'GET, HEAD'],
    ['POST', '/presence', 'GET, HEAD'],
    ['PUT', '/devices', 'GET, HEAD, POST'],
    ['GET', '/devices/1', 'DELETE'],
    ['POST', '/notification-preferences', 'GET, HEAD, PUT'],
  ])('a wrong method on a known route is 405 with those that are right: %s %s', async (method, path, allow) => {
    const response = await call(3, method, path);
    expect(response.status).toBe(405);
    expect(response.headers.get('allow')?.split(', ').sort()).toEqual(allow.split(', ').sort());
    expect(await response.json()).toEqual(failure('bad_request'));
  });

  test.each(['0', '-1', '1.5', '1e3', 'abc', '9007199254740992', '%00', '%E0', '１'])(
    'an id that is no positive integer is 400: %s',
    async (id) => {
      for (const path of [`/conversations/${id}`, `/conversations/${id}/messages`]) {
        const response = await call(4, 'GET', path);
        expect(response.status).toBe(400);
        expect(await response.json()).toEqual(failure('bad_request'));
      }
    },
  );

  test.each([
    '/conversations?limit=0',
    '/conversations?limit=-5',
    '/conversations?limit=ten',
    '/conversations?limit=',
    '/conversations?limit=1&limit=2',
    '/conversations?cursor=nonsense',
    '/conversations?cursor=a&cursor=a',
    // Of a history.
    '/conversations?cursor=WzAsMTdd',
    '/conversations?cursor=WzEsMTdd',
    '/conversations/1/messages?limit=1.5',
    '/conversations/1/messages?before=-1',
    '/conversations/1/messages?before=1&after=1',
    '/conversations/1/messages?before=1&before=1',
    '/conversations/1/messages?offset=0&cursor=WzAsMV0',
    '/conversations/1/messages?cursor=nonsense',
    '/conversations/1/messages?cursor=WzksMV0',
    '/conversations/1/messages?cursor=WzAsLTFd',
    '/presence',
    '/presence?user_ids=',
    '/presence?user_ids=1,,2',
    '/presence?user_ids=1,x',
    '/presence?user_ids=0',
    '/presence?user_ids=1&user_ids=2',
    '/unread-count?limit=1',
    '/conversations?limt=5',
    '/conversations?limit=5&_=1',
    '/devices?limit=1&limit=2',
  ])('a query that is malformed, unknown or names something twice is 400: %s', async (path) => {
    const response = await call(5, 'GET', path);
    expect(response.status).toBe(400);
    expect(await response.json()).toEqual(failure('bad_request'));
  });
});

describe('bodies', () => {
  test.each([
    ['broken JSON', '{"participantId": 1'],
    ['nothing', ''],
    ['an array', '[{"participantId": 7}]'],
    ['a text', '"participantId"'],
    ['null', 'null'],
    ['bytes that are no UTF-8', Buffer.from('{"participantId": 7, "message": "\xff"}', 'latin1')],
    ['null for what is optional', '{"participantId": 7, "message": null}'],
    ['an id as a text', '{"participantId": "7"}'],
    ['an id that is no integer', '{"participantId": 7.5}'],
    ['a group without a name', '{"type": "group", "participantIds": [7]}'],
  ])('%s is 400', async (_, body) => {
    const response = await call(6, 'POST', '/conversations', { body });
    expect(response.status).toBe(400);
    expect(await response.json()).toEqual(failure('bad_request'));
  });

  test('no body is 400 where nothing is required, too: nothing is forgotten by it', async () => {
    const path = '/notification-preferences';
    await call(6, 'PUT', path, { body: '{"mutedConversationIds": [1]}' });
    const response = await call(6, 'PUT', path);
    expect(response.status).toBe(400);
    expect(await response.json()).toEqual(failure('bad_request'));
    expect(await (await call(6, 'GET', path)).json()).toMatchObject({
      data: { preferences: { muted_conversation_ids: [1] } },
    });
  });

  test.each([
    ['a conversation with oneself', { participantId: 6 }],
    ['an unknown kind of conversation', { type: 'channel', participantId: 7 }],
    ['an empty name', { type: 'group', name: '', participantIds: [7] }],
    ['a name of 201 characters', { type: 'group', name: 'н'.repeat(201), participantIds: [7] }],
    ['a group of nobody but its owner', { type: 'group', name: 'alone', participantIds: [6] }],
    ['a first message with NUL', { participantId: 7, message: 'a\0b' }],
    ['a first message that is empty', { participantId: 7, message: '' }],
    [
      'a reply in a new group',
      { type: 'group', name: 'g', participantIds: [7], message: { content: 'a', replyToId: 1 } },
    ],
  ])('%s is 422, and nothing is created', async (_, body) => {
    const rest = await system.rest(6);
    expect(await rest('POST', '/conversations', body)).toMatchObject({ status: 422, body: failure('invalid') });
    expect((await rest('GET', '/conversations')).data.conversations).toEqual([]);
  });

  test('broken JSON is told where it breaks', async () => {
    const response = await call(6, 'POST', '/conversations', { body: '{\n  "participantId": 7,\n}' });
    expect(response.status).toBe(400);
    expect(((await response.json()) as { error: { message: string } }).error.message).toContain('line 3, column 1');
  });

  test.each([
    ['no type', { 'content-type': '' }],
    ['a form', { 'content-type': 'application/x-www-form-urlencoded' }],
    ['text', { 'content-type': 'text/plain; charset=utf-8' }],
    ['a type that only begins alike', { 'content-type': 'application/jsonl' }],
  ])('a body that is not declared as JSON is 415: %s', async (_, headers) => {
    const response = await call(6, 'POST', '/conversations', { body: '{"participantId": 7}', headers });
    expect(response.status).toBe(415);
    expect(response.headers.get('accept')).toBe('application/json');
    expect(await response.json()).toEqual(failure('bad_request'));
  });

  test.each([
    'application/json',
    'Application/JSON; charset=UTF-8',
    'application/json;charset="utf-8"',
    'application/json; charset=us-ascii',
    'application/json; charset=utf8',
  ])('a body may be declared as %s', async (type) => {
    const headers = { 'content-type': type };
    const response = await call(6, 'POST', '/conversations', { body: '{"participantId": "7"}', headers });
    expect(response.status).toBe(400);
    expect(((await response.json()) as { error: { message: string } }).error.message).toMatch(/^participantId: /);
  });

  test('more than the limit is 413, whether or not its length was announced', async () => {
    const body = JSON.stringify({ participantId: 7, message: 'x'.repeat(5_000) });
    const announced = await call(6, 'POST', '/conversations', { body });
    const stream = new Blob([body]).stream();
    const streamed = await call(6, 'POST', '/conversations', { body: stream, duplex: 'half' });
    for (const response of [announced, streamed]) {
      expect(response.status).toBe(413);
      expect(await response.json()).toEqual(failure('too_large'));
    }
  });

  test('an announced length beyond the limit is 413 before the body has come', async () => {
    const { hostname, port } = new URL(system.restUrl());
    const socket = connect(Number(port), hostname);
    let answer = '';
    socket.on('data', (chunk) => (answer += chunk.toString()));
    const head = `POST /api/messenger/conversations HTTP/1.1\r\nhost: test\r\nauthorization: Bearer ${await token(6)}`;
    socket.write(`${head}\r\ncontent-type: application/json\r\ncontent-length: 1000000\r\n\r\n{`);
    try {
      await until('it is answered', () => answer.includes('too_large'));
      expect(answer).toMatch(/^HTTP\/1\.1 413 /);
    } finally {
      socket.destroy();
    }
  });
});

/** A new group, and a REST client of its owner. */
async function newGroup() {
  const rest = await system.rest(10);
  const created = await rest('POST', '/conversations', { type: 'group', name: 'input', participantIds: [11] });
  return { rest, id: created.data.conversation.id as number };
}

describe('a message', () => {
  test.each([
    ['neither content nor attachment', {}],
    ['empty content', { content: '' }],
    ['one character too many', { content: '🙂'.repeat(101) }],
    ['NUL', { content: 'a\0b' }],
    ['a lone surrogate', { content: 'a\ud800b' }],
    ['an unknown type', { content: 'a', type: 'video' }],
    [
      'eleven attachments',
      { attachments: Array.from({ length: 11 }, () => ({ url: 'u', name: 'n', mime_type: 'm', size: 1 })) },
    ],
    ['an empty clientMessageId', { content: 'a', clientMessageId: '' }],
  ])('with %s is refused with 422', async (_, body) => {
    const { rest, id } = await newGroup();
    const reply = await rest('POST', `/conversations/${id}/messages`, body);
    expect(reply).toMatchObject({ status: 422, body: { error: { code: 'invalid' } } });
    expect((await rest('GET', `/conversations/${id}/messages`)).data.messages).toEqual([]);
  });

  test.each([
    ['null', { content: null }],
    ['a number', { content: 5 }],
    ['an id as text', { content: 'a', replyToId: '1' }],
    ['an attachment without url', { attachments: [{ name: 'n', mime_type: 'm', size: 1 }] }],
  ])('with %s is refused with 400', async (_, body) => {
    const { rest, id } = await newGroup();
    const reply = await rest('POST', `/conversations/${id}/messages`, body);
    expect(reply).toMatchObject({ status: 400, body: { error: { code: 'bad_request' } } });
  });
});

describe('a read marker', () => {
  test.each([
    ['both', { upToSeq: 1, messageIds: [1] }, 400],
    ['neither', {}, 400],
    ['a text', { upToSeq: '1' }, 400],
    ['a negative place', { upToSeq: -1 }, 422],
    ['no ids', { messageIds: [] }, 422],
  ])('of %s is refused', async (_, body, status) => {
    const { rest, id } = await newGroup();
    expect((await rest('POST', `/conversations/${id}/read`, body)).status).toBe(status);
  });
});
