import { VestnikError } from '@vestnik/contracts';
import { changeMessage } from '../change-message.ts';
import type { Context, Input, Output } from '../context.ts';
import { requireSender } from '../domain/access.ts';
import { requirePassage } from '../require-passage.ts';

/**
 * Changes the content of the user's own message and notifies the conversation. An edit that changes nothing is no edit.
 *
 * @throws VestnikError `forbidden` to all users but its sender, and with a reason where the rules between
 *   people let no change pass; `conflict` for a tombstone.
 */
export async function editMessage(context: Context, input: Input<'editMessage'>): Promise<Output<'editMessage'>> {
  await requirePassage(context, input);
  const message = await changeMessage(context, input, (_, record) => {
    requireSender(record, input.user_id);
    if (record.deleted_at !== null) throw new VestnikError('conflict', 'The message was deleted');
    if (record.content === input.content) return undefined;
    record.content = input.content;
    record.edited_at = new Date();
    return 'content';
  });
  return { message };
}
