import { changeConversation } from '../change-conversation.ts';
import type { Context, Input, Output } from '../context.ts';
import * as rules from '../domain/group-rules.ts';

/**
 * Adds people to a group; who is in it already stays as they are.
 *
 * @throws VestnikError `forbidden` for all but the owner, `invalid` for a direct conversation or beyond the group's size.
 */
export async function addParticipants(
  context: Context,
  input: Input<'addParticipants'>,
): Promise<Output<'addParticipants'>> {
  const conversation = await changeConversation(context, input, (before) =>
    rules.addParticipants(before, input.user_id, input.participant_ids, context.groupSize),
  );
  return { conversation };
}
