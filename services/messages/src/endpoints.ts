import type { Handlers } from '@vestnik/bus';
import type { messagesEndpoints } from '@vestnik/contracts';
import type { Context } from './context.ts';
import { applyConversation } from './use-cases/apply-conversation.ts';
import { applyParting } from './use-cases/apply-parting.ts';
import { countUnread } from './use-cases/count-unread.ts';
import { deleteMessage } from './use-cases/delete-message.ts';
import { editMessage } from './use-cases/edit-message.ts';
import { excerptMessages } from './use-cases/excerpt-messages.ts';
import { findHeads } from './use-cases/find-heads.ts';
import { findMarkers } from './use-cases/find-markers.ts';
import { findReaders } from './use-cases/find-readers.ts';
import { getMessage } from './use-cases/get-message.ts';
import { listPins } from './use-cases/list-pins.ts';
import { markDelivered } from './use-cases/mark-delivered.ts';
import { markRead } from './use-cases/mark-read.ts';
import { readCompanyUse } from './use-cases/read-company-use.ts';
import { readHistory } from './use-cases/read-history.ts';
import { readRange } from './use-cases/read-range.ts';
import { rebuildSearchIndex } from './use-cases/rebuild-search-index.ts';
import { searchMessages } from './use-cases/search-messages.ts';
import { sendMessages } from './use-cases/send-messages.ts';
import { setPin } from './use-cases/set-pin.ts';
import { setReaction } from './use-cases/set-reaction.ts';
import { summarizeConversations } from './use-cases/summarize-conversations.ts';
import { syncAccount } from './use-cases/sync-account.ts';
import { syncConversations } from './use-cases/sync-conversations.ts';

/** Creates the handlers: which use case answers which request. */
export function createHandlers(context: Context): Handlers<typeof messagesEndpoints> {
  return {
    sendMessages: (input) => sendMessages(context, input),
    readHistory: (input) => readHistory(context, input),
    syncAccount: (input) => syncAccount(context, input),
    syncConversations: (input) => syncConversations(context, input),
    markRead: (input) => markRead(context, input),
    markDelivered: (input) => markDelivered(context, input),
    summarizeConversations: (input) => summarizeConversations(context, input),
    countUnread: (input) => countUnread(context, input),
    applyConversation: (input) => applyConversation(context, input),
    readCompanyUse: (input) => readCompanyUse(context, input),
    applyParting: (input) => applyParting(context, input),
    findHeads: (input) => findHeads(context, input),
    rebuildSearchIndex: (input) => rebuildSearchIndex(context, input),
    searchMessages: (input) => searchMessages(context, input),
    readRange: (input) => readRange(context, input),
    excerptMessages: (input) => excerptMessages(context, input),
    findMarkers: (input) => findMarkers(context, input),
    getMessage: (input) => getMessage(context, input),
    findReaders: (input) => findReaders(context, input),
    editMessage: (input) => editMessage(context, input),
    deleteMessage: (input) => deleteMessage(context, input),
    setPin: (input) => setPin(context, input),
    listPins: (input) => listPins(context, input),
    setReaction: (input) => setReaction(context, input),
  };
}
