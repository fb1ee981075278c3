import { changeMessage } from '../change-message.ts';
import type { Context, Input, Output } from '../context.ts';
import { requireSender } from '../domain/access.ts';

/**
 * Makes the user's own message a tombstone and notifies the conversation. A second deletion changes nothing.
 *
 * @throws VestnikError `forbidden` to all users but its sender.
 */
export async function deleteMessage(context: Context, input: Input<'deleteMessage'>): Promise<Output<'deleteMessage'>> {
  const message = await changeMessage(context, input, (_, record) => {
    requireSender(record, input.user_id);
    if (record.deleted_at !== null) return undefined;
    record.content = null;
    record.attachments = null;
    record.deleted_at = new Date();
    return 'content';
  });
  return { message };
}
