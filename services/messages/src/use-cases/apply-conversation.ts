import type { ConversationChanged } from '@vestnik/contracts';
import type { Context } from '../context.ts';
import { takeConversation } from '../store/membership-copy.ts';

/** A conversation changed: it goes into the own copy, unless that is as new. */
export async function applyConversation(
  { database }: Context,
  { conversation }: ConversationChanged,
): Promise<Record<string, never>> {
  await takeConversation(database, conversation);
  return {};
}
