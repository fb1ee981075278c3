import type { Conversation } from '@vestnik/contracts';
import { type ApplyParts, applyConversation } from './apply-conversation.ts';
import type { Caller } from './caller.ts';
import { JsonText } from './json-text.ts';
import { presentChanged } from './present-changed.ts';
import type { Reader } from './reader.ts';

/** Applies a committed change of a conversation in messages, and answers the conversation as the caller sees it then. */
export async function finishChange(
  parts: ApplyParts & { reader: Reader },
  caller: Caller,
  conversation: Conversation,
): Promise<JsonText> {
  const isMessagesThere = await applyConversation(parts, caller, conversation);
  return new JsonText(`{"conversation":${await presentChanged(parts, caller, conversation, isMessagesThere)}}`);
}
