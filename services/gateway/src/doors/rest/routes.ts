import { parse, parseDevice, preferencesInput } from '@vestnik/contracts';
import { acceptConversation } from '../../use-cases/accept-conversation.ts';
import { addParticipants } from '../../use-cases/add-participants.ts';
import { addReaction } from '../../use-cases/add-reaction.ts';
import { closeConversation } from '../../use-cases/close-conversation.ts';
import { createConversation } from '../../use-cases/create-conversation.ts';
import { declineConversation } from '../../use-cases/decline-conversation.ts';
import { deleteMessage } from '../../use-cases/delete-message.ts';
import { editMessage } from '../../use-cases/edit-message.ts';
import { getConversation } from '../../use-cases/get-conversation.ts';
import { getMessage } from '../../use-cases/get-message.ts';
import { getPreferences } from '../../use-cases/get-preferences.ts';
import { getPresence } from '../../use-cases/get-presence.ts';
import { getUnreadCount } from '../../use-cases/get-unread-count.ts';
import { listConversations } from '../../use-cases/list-conversations.ts';
import { listDevices } from '../../use-cases/list-devices.ts';
import { listMembers } from '../../use-cases/list-members.ts';
import { listMessages } from '../../use-cases/list-messages.ts';
import { listPeople } from '../../use-cases/list-people.ts';
import { listPins } from '../../use-cases/list-pins.ts';
import { pinMessage } from '../../use-cases/pin-message.ts';
import { readMessages } from '../../use-cases/read-messages.ts';
import { registerDevice } from '../../use-cases/register-device.ts';
import { removeDevice } from '../../use-cases/remove-device.ts';
import { removeParticipant } from '../../use-cases/remove-participant.ts';
import { removeReaction } from '../../use-cases/remove-reaction.ts';
import { renameConversation } from '../../use-cases/rename-conversation.ts';
import { searchMessages } from '../../use-cases/search-messages.ts';
import { sendMessage } from '../../use-cases/send-message.ts';
import { setPreferences } from '../../use-cases/set-preferences.ts';
import { syncAccount } from '../../use-cases/sync-account.ts';
import { unpinMessage } from '../../use-cases/unpin-message.ts';
import { companyRoutes } from './company-routes.ts';
import { readCreation, readPeopleAsk, readPlace, readSearch, readSend, readUserIds } from './read-input.ts';
import { type ApiRequest, type InputContext, pathId, type Route, route } from './route.ts';

/** Every route below `/api/messenger`: method, path, input, use case, and the reply where it is not 200 with all of the output. */
export const routes: readonly Route[] = [
  route('GET', '/conversations', {
    read: ({ query }) => ({ limit: query.limit(), cursor: query.text('cursor') }),
    useCase: listConversations,
  }),
  route('POST', '/conversations', { read: readCreation, useCase: createConversation }, ({ answer, created }) => ({
    status: created ? 201 : 200,
    data: answer,
  })),
  route('GET', '/conversations/:conversationId', { read: conversationOf, useCase: getConversation }),
  route('PATCH', '/conversations/:conversationId', {
    read: (request, { input }) => ({ ...conversationOf(request), ...parse(input.rest.rename, request.body) }),
    useCase: renameConversation,
  }),
  route('DELETE', '/conversations/:conversationId', { read: conversationOf, useCase: closeConversation }),
  route('POST', '/conversations/:conversationId/participants', {
    read: (request, { input }) => ({ ...conversationOf(request), ...parse(input.rest.addParticipants, request.body) }),
    useCase: addParticipants,
  }),
  route('DELETE', '/conversations/:conversationId/participants/:userId', {
    read: (request) => ({ ...conversationOf(request), userId: pathId(request, 'userId') }),
    useCase: removeParticipant,
  }),

  route('POST', '/conversations/:conversationId/accept', {
    read: conversationOf,
    useCase: acceptConversation,
    hasBody: false,
  }),
  route('POST', '/conversations/:conversationId/decline', {
    read: conversationOf,
    useCase: declineConversation,
    hasBody: false,
  }),
  route('GET', '/conversations/:conversationId/members', {
    read: (request) => ({
      ...conversationOf(request),
      limit: request.query.limit(),
      cursor: request.query.text('cursor'),
    }),
    useCase: listMembers,
  }),
  route('GET', '/conversations/:conversationId/messages', {
    read: (request) => ({
      ...conversationOf(request),
      limit: request.query.limit(),
      place: readPlace(request.query),
    }),
    useCase: listMessages,
  }),
  route(
    'POST',
    '/conversations/:conversationId/messages',
    {
      read: (request, context) => ({ ...conversationOf(request), ...readSend(request, context) }),
      useCase: sendMessage,
    },
    ({ message, created }) => ({ status: created ? 201 : 200, data: { message } }),
  ),
  route('POST', '/conversations/:conversationId/read', {
    read: (request, { input }) => ({ ...conversationOf(request), ...parse(input.rest.readMessages, request.body) }),
    useCase: readMessages,
  }),
  route('GET', '/conversations/:conversationId/pins', { read: conversationOf, useCase: listPins }),
  route('GET', '/messages/:messageId', { read: messageOf, useCase: getMessage }),
  route('PUT', '/messages/:messageId/reactions/:emoji', { read: reactionOf, useCase: addReaction, hasBody: false }),
  route('DELETE', '/messages/:messageId/reactions/:emoji', { read: reactionOf, useCase: removeReaction }),
  route('PATCH', '/messages/:messageId', {
    read: (request, { input }) => ({ ...messageOf(request), ...parse(input.rest.editMessage, request.body) }),
    useCase: editMessage,
  }),
  route('DELETE', '/messages/:messageId', { read: messageOf, useCase: deleteMessage }),
  route('PUT', '/messages/:messageId/pin', { read: messageOf, useCase: pinMessage, hasBody: false }),
  route('DELETE', '/messages/:messageId/pin', { read: messageOf, useCase: unpinMessage }),
  route('GET', '/unread-count', { read: nothing, useCase: getUnreadCount }),

  route('GET', '/presence', {
    read: (request, context) => ({ userIds: readUserIds(request, context) }),
    useCase: getPresence,
  }),
  route('GET', '/changes', {
    read: ({ query }) => ({
      cursor: query.text('cursor'),
      limit: query.limit(),
      messagesPerConversation: query.atMost('messages_per_conversation', 0),
    }),
    useCase: syncAccount,
  }),
  route('GET', '/search', { read: readSearch, useCase: searchMessages }),
  route('GET', '/people', { read: readPeopleAsk, useCase: listPeople }),

  route('POST', '/devices', { read: ({ body }) => parseDevice(body), useCase: registerDevice }, (data) => ({
    status: 201,
    data,
  })),
  route('GET', '/devices', { read: nothing, useCase: listDevices }),
  route('DELETE', '/devices/:deviceId', {
    read: (request) => ({ deviceId: pathId(request, 'deviceId') }),
    useCase: removeDevice,
  }),
  route('GET', '/notification-preferences', { read: nothing, useCase: getPreferences }),
  route('PUT', '/notification-preferences', {
    read: ({ body }) => parse(preferencesInput, body),
    useCase: setPreferences,
  }),

  ...companyRoutes,
];

function conversationOf(request: ApiRequest): { conversationId: number } {
  return { conversationId: pathId(request, 'conversationId') };
}

function messageOf(request: ApiRequest): { messageId: number } {
  return { messageId: pathId(request, 'messageId') };
}

function reactionOf(request: ApiRequest, { input }: InputContext): { messageId: number; emoji: string } {
  return { ...messageOf(request), ...parse(input.rest.reaction, { emoji: request.params.emoji }) };
}

/** Stands for the input of a use case that takes none. */
function nothing(): void {}
