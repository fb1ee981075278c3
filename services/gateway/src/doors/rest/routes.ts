import * as conversations from './handlers/conversations.ts';
import * as messages from './handlers/messages.ts';
import { getStatuses } from './handlers/presence.ts';
import * as push from './handlers/push.ts';
import type { Route } from './route.ts';

/** Every route below `/api/messenger`. */
export const routes: readonly Route[] = [
  { method: 'GET', path: '/conversations', handle: conversations.list },
  { method: 'POST', path: '/conversations', handle: conversations.create },
  { method: 'GET', path: '/conversations/:conversationId', handle: conversations.get },
  { method: 'PATCH', path: '/conversations/:conversationId', handle: conversations.rename },
  { method: 'POST', path: '/conversations/:conversationId/participants', handle: conversations.addParticipants },
  {
    method: 'DELETE',
    path: '/conversations/:conversationId/participants/:userId',
    handle: conversations.removeParticipant,
  },

  { method: 'GET', path: '/conversations/:conversationId/messages', handle: messages.history },
  { method: 'POST', path: '/conversations/:conversationId/messages', handle: messages.send },
  { method: 'POST', path: '/conversations/:conversationId/read', handle: messages.markRead },
  { method: 'PATCH', path: '/messages/:messageId', handle: messages.edit },
  { method: 'DELETE', path: '/messages/:messageId', handle: messages.remove },
  { method: 'GET', path: '/unread-count', handle: messages.countUnread },

  { method: 'GET', path: '/presence', handle: getStatuses },

  { method: 'POST', path: '/devices', handle: push.registerDevice },
  { method: 'GET', path: '/devices', handle: push.listDevices },
  { method: 'DELETE', path: '/devices/:deviceId', handle: push.removeDevice },
  { method: 'GET', path: '/notification-preferences', handle: push.getPreferences },
  { method: 'PUT', path: '/notification-preferences', handle: push.setPreferences },
];
