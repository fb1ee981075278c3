import { describe, expect, test } from '@jest/globals';
import { createAsyncApi, createOpenApi, findBreakingChanges, findBreakingFrames } from '../src/index.ts';

const limits = {
  contentLength: 10_000,
  attachments: 10,
  groupSize: 1_000,
  syncConversations: 1_000,
  watchedUsers: 1_000,
};
type Any = ReturnType<typeof JSON.parse>;
const openApi = (): Any => JSON.parse(JSON.stringify(createOpenApi(limits)));
const asyncApi = (): Any => JSON.parse(JSON.stringify(createAsyncApi(limits, 'localhost:3001')));
const messageOf = (document: Any) => document.components.schemas.Message;
const renameOf = (document: Any) =>
  document.paths['/conversations/{conversationId}'].patch.requestBody.content['application/json'].schema;
const sendOf = (document: Any) => document.channels.socket.messages.send_message.payload.properties.data;

describe('a change that breaks an older client', () => {
  const breaks: [string, (document: Any) => void, string][] = [
    ['a route that is gone', (now) => delete now.paths['/unread-count'], 'GET /unread-count: is gone'],
    [
      'a field of an answer that is gone',
      (now) => {
        delete messageOf(now).properties.seq;
        messageOf(now).required = messageOf(now).required.filter((name: string) => name !== 'seq');
      },
      '.seq: is gone',
    ],
    [
      'a field of an answer that may be absent',
      (now) => (messageOf(now).required = messageOf(now).required.filter((name: string) => name !== 'seq')),
      '.seq: may be absent now',
    ],
    [
      'a field of an answer that has another type',
      (now) => (messageOf(now).properties.seq = { type: 'string' }),
      '.seq: was integer and is string',
    ],
    [
      'a field of an answer that may be null',
      (now) => (messageOf(now).properties.seq = { anyOf: [{ type: 'integer' }, { type: 'null' }] }),
      '.seq: was integer and is null',
    ],
    ['a field of a body that is required', (now) => renameOf(now).required.push('reason'), '.reason: is required now'],
    [
      'a parameter that is required',
      (now) => now.paths['/unread-count'].get.parameters.push({ in: 'query', name: 'of', required: true, schema: {} }),
      'GET /unread-count query of: is required now',
    ],
    [
      'a value of a body that is no longer taken',
      (now) => {
        const body = now.paths['/conversations/{conversationId}/messages'].post.requestBody;
        body.content['application/json'].schema.properties.type.enum = ['text'];
      },
      'no longer takes "file"',
    ],
  ];

  test.each(breaks)('is found: %s', (_, change, expected) => {
    const now = openApi();
    now.paths['/unread-count'].get.parameters ??= [];
    change(now);
    expect(findBreakingChanges(openApi(), now).join('\n')).toContain(expected);
  });

  test('is found in frames too', () => {
    const now = asyncApi();
    sendOf(now).required.push('language');
    delete now.channels.socket.messages.resync;
    expect(findBreakingFrames(asyncApi(), now)).toEqual(
      expect.arrayContaining([expect.stringContaining('language: is required now'), 'resync: is gone']),
    );
  });
});

test('a change that adds breaks nothing', () => {
  const now = openApi();
  messageOf(now).properties.pinned_by = { type: 'integer' };
  messageOf(now).required.push('pinned_by');
  renameOf(now).properties.reason = { type: 'string' };
  now.paths['/polls'] = { post: {} };
  expect(findBreakingChanges(openApi(), now)).toEqual([]);
  expect(findBreakingFrames(asyncApi(), asyncApi())).toEqual([]);
});
