import { conversationsEndpoints } from '@vestnik/contracts';
import type { Context } from '../context.ts';
import type { Caller } from '../upstream/caller.ts';
import { finishChange } from '../upstream/finish-change.ts';
import type { JsonText } from '../upstream/json-text.ts';
import { managerOf } from '../upstream/manager.ts';

/**
 * Removes a participant from a group. The owner and the admins of the group's company remove any participant; every other participant only leaves.
 *
 * @throws VestnikError `forbidden` for a caller without that right; `invalid` for a direct conversation.
 */
export async function removeParticipant(
  context: Context,
  caller: Caller,
  input: { conversationId: number; userId: number },
): Promise<JsonText> {
  const { conversation } = await context.bus.request(
    conversationsEndpoints.removeParticipant,
    {
      ...managerOf(caller),
      conversation_id: input.conversationId,
      participant_id: input.userId,
    },
    { requestId: caller.requestId },
  );
  return finishChange(context, caller, conversation);
}
