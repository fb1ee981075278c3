import { type EndpointData, type Message, type messagesEndpoints, VestnikError } from '@vestnik/contracts';
import { changeMessage } from '../change-message.ts';
import type { Context } from '../context.ts';
import { requireSender } from '../domain/access.ts';
import { setContent } from '../store/changes.ts';

/**
 * Changes the content of one's own message and tells everybody in the conversation.
 *
 * @throws VestnikError `forbidden` to all but its sender, `conflict` for a tombstone.
 */
export async function editMessage(
  context: Context,
  input: EndpointData<typeof messagesEndpoints.editMessage>,
): Promise<{ message: Message }> {
  const message = await changeMessage(context, input, async (queries, locked) => {
    requireSender(locked, input.user_id);
    if (locked.deleted) throw new VestnikError('conflict', 'The message was deleted');
    await queries.query(setContent, [input.message_id, input.content]);
    return 'content';
  });
  return { message };
}
