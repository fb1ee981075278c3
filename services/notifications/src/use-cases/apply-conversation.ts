import type { ConversationChanged } from '@vestnik/contracts';
import type { Context } from '../context.ts';
import { takeConversation } from '../store/membership.ts';

/** A conversation changed: its participants go into the own copy, unless that has a newer version already. */
export async function takeConversationChange(
  { database }: Context,
  { conversation }: ConversationChanged,
): Promise<void> {
  await takeConversation(database, conversation);
}
