import { EMOJIS_PER_MESSAGE, VestnikError } from '@vestnik/contracts';
import { changeMessage } from '../change-message.ts';
import type { Context, Input, Output } from '../context.ts';
import { requirePassage } from '../require-passage.ts';
import { reactionEntity } from '../store/schema.ts';
import { emojisOf } from '../store/unit-of-work.ts';

/**
 * Adds or removes the user's own reaction and notifies the conversation. A repetition changes nothing.
 *
 * @throws VestnikError `forbidden` to a user who may not see the message, `conflict` for a reaction to a tombstone,
 *   `invalid` for one emoji too many.
 */
export async function setReaction(context: Context, input: Input<'setReaction'>): Promise<Output<'setReaction'>> {
  const { user_id, message_id, emoji, present } = input;
  await requirePassage(context, input);
  const { reactions } = await changeMessage(context, input, async (em, message) => {
    if (present && message.deleted_at !== null) throw new VestnikError('conflict', 'The message was deleted');
    const own = await em.findOne(reactionEntity, { message_id, emoji, user_id });
    if (present === (own !== null)) return undefined;
    if (own) em.remove(own);
    else em.persist(em.create(reactionEntity, { message_id, emoji, user_id }));
    await em.flush();
    // The message is locked, so no other request adds an emoji meanwhile.
    const emojis = await emojisOf(em, message_id);
    if (present && emojis.length > EMOJIS_PER_MESSAGE) {
      throw new VestnikError('invalid', `A message takes at most ${EMOJIS_PER_MESSAGE} different reactions`);
    }
    message.has_reactions = emojis.length > 0;
    return 'reactions';
  });
  return { message_id, reactions };
}
