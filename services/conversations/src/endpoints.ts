import type { Handlers } from '@vestnik/bus';
import type { conversationsEndpoints } from '@vestnik/contracts';
import type { Context } from './context.ts';
import { addParticipants } from './use-cases/add-participants.ts';
import { createDirect } from './use-cases/create-direct.ts';
import { createGroup } from './use-cases/create-group.ts';
import { describeConversations } from './use-cases/describe-conversations.ts';
import { listContacts } from './use-cases/list-contacts.ts';
import { listConversationsOfUsers } from './use-cases/list-conversations-of-users.ts';
import { listSnapshots } from './use-cases/list-snapshots.ts';
import { removeParticipant } from './use-cases/remove-participant.ts';
import { renameConversation } from './use-cases/rename-conversation.ts';

/** The use case behind each endpoint. */
export function createHandlers(context: Context): Handlers<typeof conversationsEndpoints> {
  return {
    createDirect: (input) => createDirect(context, input),
    createGroup: (input) => createGroup(context, input),
    describe: (input) => describeConversations(context, input),
    rename: (input) => renameConversation(context, input),
    addParticipants: (input) => addParticipants(context, input),
    removeParticipant: (input) => removeParticipant(context, input),
    conversationsOfUsers: (input) => listConversationsOfUsers(context, input),
    snapshots: (input) => listSnapshots(context, input),
    contactsAmong: (input) => listContacts(context, input),
  };
}
