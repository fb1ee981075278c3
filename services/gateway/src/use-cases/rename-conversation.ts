import { conversationsEndpoints } from '@vestnik/contracts';
import type { Context } from '../context.ts';
import type { Caller } from '../upstream/caller.ts';
import { finishChange } from '../upstream/finish-change.ts';
import type { JsonText } from '../upstream/json-text.ts';
import { managerOf } from '../upstream/manager.ts';

/**
 * Renames a group.
 *
 * @throws VestnikError `forbidden` for all users but the owner and the admins of the group's company; `invalid` for a direct conversation.
 */
export async function renameConversation(
  context: Context,
  caller: Caller,
  input: { conversationId: number; name: string },
): Promise<JsonText> {
  const { conversation } = await context.bus.request(
    conversationsEndpoints.renameConversation,
    {
      ...managerOf(caller),
      conversation_id: input.conversationId,
      name: input.name,
    },
    { requestId: caller.requestId },
  );
  return finishChange(context, caller, conversation);
}
