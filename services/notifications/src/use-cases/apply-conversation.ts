import type { ConversationChanged } from '@vestnik/contracts';
import type { Context } from '../context.ts';
import { saveConversation } from '../store/membership.ts';

/** Takes a changed conversation's participants into the own copy, unless the copy has a newer version already. */
export async function applyConversation({ database }: Context, { conversation }: ConversationChanged): Promise<void> {
  await saveConversation(database, conversation);
}
