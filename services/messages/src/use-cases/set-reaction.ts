import {
  EMOJIS_PER_MESSAGE,
  type EndpointData,
  type messagesEndpoints,
  type Reaction,
  VestnikError,
} from '@vestnik/contracts';
import { changeMessage } from '../change-message.ts';
import type { Context } from '../context.ts';
import { addReaction, noteReactions, removeReaction } from '../store/changes.ts';

/**
 * Adds or takes back one's own reaction and tells everybody in the conversation; done again, it changes nothing.
 *
 * @throws VestnikError `forbidden` to who may not see the message, `conflict` for a tombstone, `invalid` for one too many.
 */
export async function setReaction(
  context: Context,
  input: EndpointData<typeof messagesEndpoints.setReaction>,
): Promise<{ message_id: number; reactions: Reaction[] }> {
  const { user_id, message_id, emoji, present } = input;
  const { reactions } = await changeMessage(
    context,
    input,
    async (queries, locked) => {
      if (present && locked.deleted) throw new VestnikError('conflict', 'The message was deleted');
      const rows = await queries.query(present ? addReaction : removeReaction, [message_id, user_id, emoji]);
      if (rows.length === 0) return undefined;
      await queries.query(noteReactions, [message_id]);
      return 'reactions';
    },
    (message) => {
      // The message is locked, so nobody else can have added one in between; what was added here goes back.
      if (present && message.reactions.length > EMOJIS_PER_MESSAGE) {
        throw new VestnikError('invalid', `A message takes at most ${EMOJIS_PER_MESSAGE} different reactions`);
      }
    },
  );
  return { message_id, reactions };
}
