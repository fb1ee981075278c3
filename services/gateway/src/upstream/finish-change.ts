import type { Conversation } from '@vestnik/contracts';
import type { Caller } from './caller.ts';
import { JsonText } from './json-text.ts';
import { presentChanged } from './present-changed.ts';
import type { Reader } from './reader.ts';
import { type TellParts, tellMessages } from './tell-messages.ts';

/** Applies a committed change of a conversation in messages, and answers the conversation as the caller sees it then. */
export async function finishChange(
  parts: TellParts & { reader: Reader },
  caller: Caller,
  conversation: Conversation,
): Promise<JsonText> {
  const isMessagesThere = await tellMessages(parts, caller, conversation);
  return new JsonText(`{"conversation":${await presentChanged(parts, caller, conversation, isMessagesThere)}}`);
}
