import type { EndpointData, Message, messagesEndpoints } from '@vestnik/contracts';
import { changeMessage } from '../change-message.ts';
import type { Context } from '../context.ts';
import { requireSender } from '../domain/access.ts';
import { makeTombstone } from '../store/changes.ts';

/**
 * Makes one's own message a tombstone and tells everybody in the conversation; done again, it changes nothing.
 *
 * @throws VestnikError `forbidden` to all but its sender.
 */
export async function deleteMessage(
  context: Context,
  input: EndpointData<typeof messagesEndpoints.deleteMessage>,
): Promise<{ message: Message }> {
  const message = await changeMessage(context, input, async (queries, locked) => {
    requireSender(locked, input.user_id);
    if (locked.deleted) return undefined;
    await queries.query(makeTombstone, [input.message_id]);
    return 'content';
  });
  return { message };
}
