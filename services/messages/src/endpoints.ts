import type { Handlers } from '@vestnik/bus';
import { healthEndpoint, messagesEndpoints } from '@vestnik/contracts';
import type { MessagesContext } from './context.ts';
import { answerReads } from './use-cases/answer-reads.ts';
import { applyConversation } from './use-cases/apply-conversation.ts';
import { deleteMessage } from './use-cases/delete-message.ts';
import { editMessage } from './use-cases/edit-message.ts';
import { findExcerpts } from './use-cases/find-excerpts.ts';
import { findHeads } from './use-cases/find-heads.ts';
import { findRange } from './use-cases/find-range.ts';
import { findReaders } from './use-cases/find-readers.ts';
import { markDelivered } from './use-cases/mark-delivered.ts';
import { markRead } from './use-cases/mark-read.ts';
import { reactToMessage } from './use-cases/react-to-message.ts';
import { readHistory } from './use-cases/read-history.ts';
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
    applyConversation: (input) => applyConversation(context, input),
    heads: (input) => findHeads(context, input),
    range: (input) => findRange(context, input),
    excerpts: (input) => findExcerpts(context, input),
    readers: (input) => findReaders(context, input),
    edit: (input) => editMessage(context, input),
    delete: (input) => deleteMessage(context, input),
    react: (input) => reactToMessage(context, input),
    health: async () => ({ database: (await context.database.ping()) ? 'ok' : 'down' }),
  };
}
