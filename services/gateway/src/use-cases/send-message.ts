import type { Message, SendInput } from '@vestnik/contracts';
import type { Context } from '../context.ts';
import type { Caller } from '../upstream/caller.ts';

/**
 * Sends one message. `created` is false when the message was stored before, under the same `clientMessageId`.
 *
 * @throws VestnikError what `Sender.send` throws.
 */
export async function sendMessage(
  { sender }: Context,
  caller: Caller,
  { conversationId, ...input }: SendInput & { conversationId: number },
): Promise<{ message: Message; created: boolean }> {
  const { message, created } = await sender.send(caller, conversationId, input);
  return { message, created };
}
