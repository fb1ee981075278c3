import { changeMessage } from '../change-message.ts';
import type { Context, Input, Output } from '../context.ts';
import { requireSender } from '../domain/access.ts';
import { forgetMentions } from '../store/unit-of-work.ts';

/**
 * Makes the user's own message a tombstone, which is pinned no longer and mentions nobody to count. Notifies the conversation.
 * A second deletion changes nothing.
 *
 * @throws VestnikError `forbidden` to all users but its sender.
 */
export async function deleteMessage(context: Context, input: Input<'deleteMessage'>): Promise<Output<'deleteMessage'>> {
  const message = await changeMessage(context, input, async (em, record) => {
    requireSender(record, input.user_id);
    if (record.deleted_at !== null) return undefined;
    record.content = null;
    record.attachments = null;
    record.deleted_at = new Date();
    record.pinned_at = null;
    await forgetMentions(em, record);
    return 'content';
  });
  return { message };
}
