import { conversationsEndpoints } from '@vestnik/contracts';
import type { Context } from '../context.ts';
import type { Caller } from '../upstream/caller.ts';
import { finishChange } from '../upstream/finish-change.ts';
import type { JsonText } from '../upstream/json-text.ts';
import { managerOf } from '../upstream/manager.ts';

/**
 * Adds users to a group. Users who are participants already stay as they are.
 *
 * @throws VestnikError `forbidden` for users who may not add people, and with a reason where the decision refuses; `invalid` for a direct conversation or a group too large.
 */
export async function addParticipants(
  context: Context,
  caller: Caller,
  input: { conversationId: number; participantIds: number[] },
): Promise<JsonText> {
  context.rateLimits.chargeItems(caller, input.participantIds.length);
  const { conversation } = await context.bus.request(
    conversationsEndpoints.addParticipants,
    {
      ...managerOf(caller),
      conversation_id: input.conversationId,
      participant_ids: input.participantIds,
    },
    { requestId: caller.requestId },
  );
  return finishChange(context, caller, conversation);
}
