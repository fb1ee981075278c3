import type { Handlers } from '@vestnik/bus';
import type { conversationsEndpoints } from '@vestnik/contracts';
import type { Context } from './context.ts';
import { acceptConversation } from './use-cases/accept-conversation.ts';
import { addParticipants } from './use-cases/add-participants.ts';
import { closeConversation } from './use-cases/close-conversation.ts';
import { copyConversations } from './use-cases/copy-conversations.ts';
import { createDirect } from './use-cases/create-direct.ts';
import { createGroup } from './use-cases/create-group.ts';
import { declineConversation } from './use-cases/decline-conversation.ts';
import { describeConversations } from './use-cases/describe-conversations.ts';
import { findContacts } from './use-cases/find-contacts.ts';
import { keepAnswer } from './use-cases/keep-answer.ts';
import { listAudiences } from './use-cases/list-audiences.ts';
import { listCompanyGroups } from './use-cases/list-company-groups.ts';
import { listConversationsOfUsers } from './use-cases/list-conversations-of-users.ts';
import { listMembers } from './use-cases/list-members.ts';
import { readCompanyUse } from './use-cases/read-company-use.ts';
import { readContacts } from './use-cases/read-contacts.ts';
import { removeParticipant } from './use-cases/remove-participant.ts';
import { renameConversation } from './use-cases/rename-conversation.ts';

/** The use case behind each request. */
export function createHandlers(context: Context): Handlers<typeof conversationsEndpoints> {
  return {
    createDirect: (input) => createDirect(context, input),
    acceptConversation: (input) => acceptConversation(context, input),
    declineConversation: (input) => declineConversation(context, input),
    createGroup: (input) => createGroup(context, input),
    keepAnswer: (input) => keepAnswer(context, input),
    describeConversations: (input) => describeConversations(context, input),
    listMembers: (input) => listMembers(context, input),
    renameConversation: (input) => renameConversation(context, input),
    addParticipants: (input) => addParticipants(context, input),
    removeParticipant: (input) => removeParticipant(context, input),
    listAudiences: (input) => listAudiences(context, input),
    closeConversation: (input) => closeConversation(context, input),
    listCompanyGroups: (input) => listCompanyGroups(context, input),
    readCompanyUse: (input) => readCompanyUse(context, input),
    listConversationsOfUsers: (input) => listConversationsOfUsers(context, input),
    readContacts: (input) => readContacts(context, input),
    copyConversations: (input) => copyConversations(context, input),
    findContacts: (input) => findContacts(context, input),
  };
}
