import { VestnikError } from '@vestnik/contracts';
import type { Context, Input, Output } from '../context.ts';
import { hiddenSeqNow } from '../membership.ts';
import { findMessage } from '../store/messages.ts';

/**
 * Returns one message as it is now.
 *
 * @throws VestnikError `forbidden` to a user who may not see the message, whether or not it exists.
 */
export async function getMessage(
  context: Context,
  { user_id, message_id }: Input<'getMessage'>,
): Promise<Output<'getMessage'>> {
  const message = await findMessage(context.database, message_id);
  if (message) {
    const hiddenSeq = await hiddenSeqNow(context, user_id, message.conversation_id);
    if (hiddenSeq !== undefined && message.seq > hiddenSeq) return { message };
  }
  throw new VestnikError('forbidden', 'This is not a message that you may see');
}
