import { type ContentLimits, createClientInput, PAGE_DEFAULT, PAGE_LIMIT, preferencesInput } from '@vestnik/contracts';
import { z } from 'zod';
import { answers } from './answers.ts';
import { deviceInput } from './device-input.ts';
import type { Operation, Parameter } from './operation.ts';

const limit: Parameter = {
  description: `Entries of a page. The server serves more than ${PAGE_LIMIT} as ${PAGE_LIMIT}.`,
  schema: z.int().min(1).default(PAGE_DEFAULT),
  example: PAGE_DEFAULT,
};
const cursor: Parameter = { description: '`next_cursor` of the page before', schema: z.string() };
const place = (description: string): Parameter => ({ description, schema: z.int().nonnegative() });
const idempotencyKey: Parameter = {
  description: 'A repeated creation with the same key gets the first answer again, for a day',
  schema: z.string().min(1).max(64),
};

const MESSAGE = { content: 'Good morning', clientMessageId: 'b7f3a1' };

/** Every route below `/api/messenger`, described for clients. The limits of the process stand in the schemas. */
export function createOperations(limits: ContentLimits): Operation[] {
  const input = createClientInput(limits).rest;
  return [
    {
      method: 'GET',
      path: '/conversations',
      name: 'listConversations',
      tag: 'Conversations',
      summary: 'List the conversations of the caller, newest activity first',
      query: { limit, cursor },
      answers: { 200: { description: 'A page', data: answers.conversationPage } },
    },
    {
      method: 'POST',
      path: '/conversations',
      name: 'createConversation',
      tag: 'Conversations',
      summary: 'Find or create a direct conversation, or create a group',
      description: 'A pair of users has one direct conversation. A body with `"type": "group"` creates a group.',
      headers: { 'Idempotency-Key': idempotencyKey },
      body: {
        schema: z.union([input.createDirect, input.createGroup]),
        example: { type: 'group', name: 'Delivery on Monday', participantIds: [8, 9], message: 'Good morning' },
      },
      answers: {
        200: { description: 'The direct conversation of the pair was there before', data: answers.conversation },
        201: { description: 'The conversation was created', data: answers.conversation },
      },
      refusals: ['forbidden', 'conflict'],
    },
    {
      method: 'GET',
      path: '/conversations/:conversationId',
      name: 'getConversation',
      tag: 'Conversations',
      summary: 'Get one conversation',
      answers: { 200: { description: 'The conversation', data: answers.conversation } },
      refusals: ['forbidden'],
    },
    {
      method: 'PATCH',
      path: '/conversations/:conversationId',
      name: 'renameConversation',
      tag: 'Conversations',
      summary: 'Rename a group',
      body: { schema: input.rename, example: { name: 'Delivery on Tuesday' } },
      answers: { 200: { description: 'The renamed group', data: answers.conversation } },
      refusals: ['forbidden'],
    },
    {
      method: 'POST',
      path: '/conversations/:conversationId/participants',
      name: 'addParticipants',
      tag: 'Conversations',
      summary: 'Add users to a group',
      body: { schema: input.addParticipants, example: { participantIds: [10] } },
      answers: { 200: { description: 'The group with its new participants', data: answers.conversation } },
      refusals: ['forbidden'],
    },
    {
      method: 'DELETE',
      path: '/conversations/:conversationId/participants/:userId',
      name: 'removeParticipant',
      tag: 'Conversations',
      summary: 'Remove a user from a group, or leave it',
      answers: { 200: { description: 'The group without the user', data: answers.conversation } },
      refusals: ['forbidden', 'not_found'],
    },
    {
      method: 'GET',
      path: '/conversations/:conversationId/members',
      name: 'listMembers',
      tag: 'Conversations',
      summary: 'List the participants with their markers, in the order in which they joined',
      query: { limit, cursor },
      answers: { 200: { description: 'A page', data: answers.memberPage } },
      refusals: ['forbidden'],
    },
    {
      method: 'GET',
      path: '/conversations/:conversationId/messages',
      name: 'listMessages',
      tag: 'Messages',
      summary: 'List the history of a conversation',
      description:
        'Newest first; with `after`, oldest first. Give at most one of `before`, `after`, `offset`, `cursor`.',
      query: {
        limit,
        cursor,
        before: place('Messages with a smaller `seq`'),
        after: place('Messages with a larger `seq`, oldest first'),
        offset: place('So many newest messages are left out'),
      },
      answers: { 200: { description: 'A page', data: answers.messagePage } },
      refusals: ['forbidden'],
    },
    {
      method: 'POST',
      path: '/conversations/:conversationId/messages',
      name: 'sendMessage',
      tag: 'Messages',
      summary: 'Send a message',
      description: 'A repetition with the same `clientMessageId` gets the stored message again.',
      body: { schema: input.sendMessage, example: MESSAGE },
      answers: {
        200: { description: 'The message was stored before', data: answers.message },
        201: { description: 'The message was stored', data: answers.message },
      },
      refusals: ['forbidden', 'conflict'],
    },
    {
      method: 'POST',
      path: '/conversations/:conversationId/read',
      name: 'readMessages',
      tag: 'Messages',
      summary: 'Mark messages as read',
      description: 'Give either `upToSeq` or `messageIds`. A marker moves forward only.',
      body: { schema: input.readMessages, example: { upToSeq: 1 } },
      answers: { 200: { description: 'Where the marker of the caller stands', data: answers.marker } },
      refusals: ['forbidden'],
    },
    {
      method: 'GET',
      path: '/messages/:messageId',
      name: 'getMessage',
      tag: 'Messages',
      summary: 'Get one message',
      answers: { 200: { description: 'The message', data: answers.message } },
      refusals: ['forbidden'],
    },
    {
      method: 'PATCH',
      path: '/messages/:messageId',
      name: 'editMessage',
      tag: 'Messages',
      summary: 'Edit a message of the caller',
      body: { schema: input.editMessage, example: { content: 'Good evening' } },
      answers: { 200: { description: 'The edited message', data: answers.message } },
      refusals: ['forbidden', 'conflict'],
    },
    {
      method: 'DELETE',
      path: '/messages/:messageId',
      name: 'deleteMessage',
      tag: 'Messages',
      summary: 'Delete a message of the caller',
      answers: { 200: { description: 'The tombstone', data: answers.message } },
      refusals: ['forbidden'],
    },
    {
      method: 'PUT',
      path: '/messages/:messageId/reactions/:emoji',
      name: 'addReaction',
      tag: 'Messages',
      summary: 'React to a message with an emoji',
      answers: { 200: { description: 'All reactions to the message', data: answers.reactions } },
      refusals: ['forbidden', 'conflict'],
    },
    {
      method: 'DELETE',
      path: '/messages/:messageId/reactions/:emoji',
      name: 'removeReaction',
      tag: 'Messages',
      summary: 'Take a reaction back',
      answers: { 200: { description: 'All reactions to the message', data: answers.reactions } },
      refusals: ['forbidden'],
    },
    {
      method: 'GET',
      path: '/unread-count',
      name: 'getUnreadCount',
      tag: 'Messages',
      summary: 'Count the unread messages over all conversations',
      answers: { 200: { description: 'The count', data: answers.unreadCount } },
    },
    {
      method: 'GET',
      path: '/presence',
      name: 'getPresence',
      tag: 'Presence',
      summary: 'Get who is online',
      description: 'A user who shares no conversation with the caller is always shown as offline and never seen.',
      query: {
        user_ids: {
          description: 'User ids, separated by commas',
          schema: z.string(),
          example: '8,9',
          isRequired: true,
        },
      },
      answers: { 200: { description: 'The statuses', data: answers.statuses } },
    },
    {
      method: 'POST',
      path: '/devices',
      name: 'registerDevice',
      tag: 'Notifications',
      summary: 'Register a push target',
      body: { schema: deviceInput, example: { provider: 'webhook', target: { url: 'https://push.example.org/anna' } } },
      answers: { 201: { description: 'The device; a webhook with its signing secret', data: answers.device } },
    },
    {
      method: 'GET',
      path: '/devices',
      name: 'listDevices',
      tag: 'Notifications',
      summary: 'List the devices of the caller',
      answers: { 200: { description: 'The devices', data: answers.devices } },
    },
    {
      method: 'DELETE',
      path: '/devices/:deviceId',
      name: 'removeDevice',
      tag: 'Notifications',
      summary: 'Remove a device',
      answers: { 200: { description: 'The device is removed', data: answers.nothing } },
      refusals: ['not_found'],
    },
    {
      method: 'GET',
      path: '/notification-preferences',
      name: 'getPreferences',
      tag: 'Notifications',
      summary: 'Get the notification preferences',
      answers: { 200: { description: 'The preferences', data: answers.preferences } },
    },
    {
      method: 'PUT',
      path: '/notification-preferences',
      name: 'setPreferences',
      tag: 'Notifications',
      summary: 'Replace the notification preferences',
      body: {
        schema: preferencesInput,
        example: {
          mutedConversationIds: [],
          quietHours: { start: '22:00', end: '07:00', timeZone: 'Europe/Moscow' },
        },
      },
      answers: { 200: { description: 'The preferences', data: answers.preferences } },
    },
  ];
}
