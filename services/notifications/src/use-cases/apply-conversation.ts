import type { ConversationChanged } from '@vestnik/contracts';
import type { Context } from '../context.ts';
import { saveConversation } from '../store/membership.ts';

/**
 * Takes a changed conversation's participants into the own copy, unless the copy has a newer version already. Users who are invited
 * into a group get a push.
 */
export async function applyConversation(context: Context, { conversation }: ConversationChanged): Promise<void> {
  if ((await saveConversation(context.database, conversation)) > 0) context.wakeDispatcher();
}
