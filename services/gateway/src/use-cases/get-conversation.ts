import type { Context } from '../context.ts';
import type { Caller } from '../upstream/caller.ts';
import { JsonText } from '../upstream/json-text.ts';
import { fetchPresented } from '../upstream/present-conversation.ts';

/**
 * Answers one conversation as the caller sees it.
 *
 * @throws VestnikError `forbidden` when the caller is not a participant, whether or not the conversation exists.
 */
export async function getConversation(
  context: Context,
  caller: Caller,
  { conversationId }: { conversationId: number },
): Promise<JsonText> {
  return new JsonText(`{"conversation":${await fetchPresented(context, caller, conversationId)}}`);
}
