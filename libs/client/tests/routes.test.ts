import { describe, expect, test } from '@jest/globals';
import { createClientEvents, createOperations } from '@vestnik/api-documents';
import type { ClientEvent, ClientEventData, ContentLimits } from '@vestnik/contracts';
import type { ClientEventName, ClientEvents } from '../src/index.ts';
import { requestOf } from '../src/rest/rest.ts';
import { ROUTES } from '../src/rest/route-table.ts';

const NO_LIMITS: ContentLimits = {
  contentLength: Infinity,
  attachments: Infinity,
  groupSize: Infinity,
  syncConversations: Infinity,
  watchedUsers: Infinity,
};

describe('the calls of a client', () => {
  test('are those of the documents of the API, by the same names', () => {
    const documented = createOperations(NO_LIMITS).map(({ name, method, path }) => [name, `${method} ${path}`]);
    const called = Object.entries(ROUTES).map(([name, route]) => [name, route.split('?')[0]]);
    expect(called.sort()).toEqual(documented.sort());
  });

  test('have a name for each event that a client may send', () => {
    const named: Record<ClientEventName, true> = {
      send_message: true,
      typing: true,
      read_messages: true,
      edit_message: true,
      delete_message: true,
      pin_message: true,
      unpin_message: true,
      add_reaction: true,
      remove_reaction: true,
      sync: true,
      set_activity: true,
      watch_presence: true,
      refresh_token: true,
    };
    expect(Object.keys(named).sort()).toEqual(Object.keys(createClientEvents(NO_LIMITS)).sort());
  });

  test('put their input into path, query and body', () => {
    expect(requestOf('listMessages', { conversationId: 7, before: 9, limit: undefined })).toEqual({
      method: 'GET',
      path: '/conversations/7/messages?before=9',
    });
    expect(requestOf('getPresence', { userIds: [1, 2] })).toEqual({ method: 'GET', path: '/presence?user_ids=1%2C2' });
    expect(requestOf('addReaction', { messageId: 3, emoji: '👍' })).toEqual({
      method: 'PUT',
      path: `/messages/3/reactions/${encodeURIComponent('👍')}`,
    });
    expect(requestOf('acceptContract', { companyId: 2, version: 4 })).toEqual({
      method: 'POST',
      path: '/company/contracts/2/accept?version=4',
    });
    expect(requestOf('createConversation', { participantId: 8, idempotencyKey: 'a' })).toEqual({
      method: 'POST',
      path: '/conversations',
      body: '{"participantId":8}',
      key: 'a',
    });
  });
});

/** The compiler holds the inputs of the library against those of the contract. */
type Taken<Name extends Exclude<ClientEvent, 'sync'>> =
  ClientEvents[Name]['data'] extends Partial<ClientEventData<Name>> ? true : never;
const taken: { [Name in Exclude<ClientEvent, 'sync'>]: Taken<Name> } = {
  send_message: true,
  typing: true,
  read_messages: true,
  edit_message: true,
  delete_message: true,
  pin_message: true,
  unpin_message: true,
  add_reaction: true,
  remove_reaction: true,
  set_activity: true,
  watch_presence: true,
  refresh_token: true,
};
void taken;
