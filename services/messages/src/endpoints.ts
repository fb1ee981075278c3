import type { Handlers } from '@vestnik/bus';
import { healthEndpoint, messagesEndpoints } from '@vestnik/contracts';
import type { MessagesContext } from './context.ts';
import { answerReads } from './use-cases/answer-reads.ts';
import { deleteMessage, editMessage, reactToMessage } from './use-cases/change-message.ts';
import { findHeads } from './use-cases/find-heads.ts';
import { findMessages, findRange } from './use-cases/find-messages.ts';
import { findReaders } from './use-cases/find-readers.ts';
import { markDelivered } from './use-cases/mark-delivered.ts';
import { markRead } from './use-cases/mark-read.ts';
import { readHistory } from './use-cases/read-history.ts';
import { applyConversation } from './use-cases/refresh-membership.ts';
import { sendMessages } from './use-cases/send-messages.ts';
import { summarizeConversations } from './use-cases/summarize-conversations.ts';
import { syncConversations } from './use-cases/sync-conversations.ts';

/** Every request that this service answers. */
export const endpoints = { ...messagesEndpoints, health: healthEndpoint('messages') };

/** Which use case answers which request. */
export function createHandlers(context: MessagesContext): Handlers<typeof endpoints> {
  return {
    send: (input) => sendMessages(context, input),
    history: (input) => readHistory(context, input),
    sync: (input) => syncConversations(context, input),
    markRead: (input) => markRead(context, input),
    markDelivered: (input) => markDelivered(context, input),
    read: (input) => answerReads(context, input),
    summaries: (input) => summarizeConversations(context, input),
    applyConversation: async (input) => {
      await applyConversation(context, input.conversation);
      return {};
    },
    heads: (input) => findHeads(context, input),
    range: (input) => findRange(context, input),
    getMessages: (input) => findMessages(context, input),
    readers: (input) => findReaders(context, input),
    edit: (input) => editMessage(context, input),
    delete: (input) => deleteMessage(context, input),
    react: (input) => reactToMessage(context, input),
    health: async () => ({ database: (await context.database.ping()) ? 'ok' : 'down' }),
  };
}
