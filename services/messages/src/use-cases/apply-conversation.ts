import type { ConversationChanged } from '@vestnik/contracts';
import type { Context } from '../context.ts';
import { copyConversation } from '../store/membership.ts';

/** Takes a changed conversation over into the copy of membership, unless the copy is as new. */
export async function applyConversation(
  { database }: Context,
  { conversation }: ConversationChanged,
): Promise<Record<string, never>> {
  await copyConversation(database, conversation);
  return {};
}
