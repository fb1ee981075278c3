import { type Conversation, conversationsEndpoints } from '@vestnik/contracts';
import type { Caller, Context } from '../context.ts';
import { tellMessages } from '../upstream/tell-messages.ts';
import { presentChanged } from './present-changed.ts';
import { type PresentedConversation, presentConversation } from './present-conversation.ts';

/**
 * Renames a group.
 *
 * @throws VestnikError `forbidden` for all but its owner; `invalid` for a direct conversation.
 */
export async function renameConversation(
  context: Context,
  caller: Caller,
  input: { conversationId: number; name: string },
): Promise<PresentedConversation> {
  const { conversation } = await context.bus.request(
    conversationsEndpoints.renameConversation,
    { user_id: caller.userId, conversation_id: input.conversationId, name: input.name },
    { requestId: caller.requestId },
  );
  return finish(context, caller, conversation);
}

/**
 * Adds people to a group; who is in it already stays as they are.
 *
 * @throws VestnikError `forbidden` for all but its owner; `invalid` for a direct conversation or a group too large.
 */
export async function addParticipants(
  context: Context,
  caller: Caller,
  input: { conversationId: number; participantIds: number[] },
): Promise<PresentedConversation> {
  const { conversation } = await context.bus.request(
    conversationsEndpoints.addParticipants,
    { user_id: caller.userId, conversation_id: input.conversationId, participant_ids: input.participantIds },
    { requestId: caller.requestId },
  );
  return finish(context, caller, conversation);
}

/**
 * Removes a person from a group: the owner anybody, everybody themselves.
 *
 * @throws VestnikError `forbidden` for who may not; `invalid` for a direct conversation.
 */
export async function removeParticipant(
  context: Context,
  caller: Caller,
  input: { conversationId: number; participantId: number },
): Promise<PresentedConversation> {
  const { conversation } = await context.bus.request(
    conversationsEndpoints.removeParticipant,
    { user_id: caller.userId, conversation_id: input.conversationId, participant_id: input.participantId },
    { requestId: caller.requestId },
  );
  return finish(context, caller, conversation);
}

async function finish(context: Context, caller: Caller, conversation: Conversation): Promise<PresentedConversation> {
  const isMessagesThere = await tellMessages(context, caller, conversation);
  // Who left sees nothing of the messages any more.
  if (!conversation.participants.includes(caller.userId)) return presentConversation(conversation, undefined);
  return presentChanged(context, caller, conversation, isMessagesThere);
}
