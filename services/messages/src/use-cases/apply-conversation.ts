import type { Context, Input, Output } from '../context.ts';
import { copyConversation } from '../store/membership.ts';

/** Takes a changed conversation over into the copy of membership, unless the copy is as new. */
export async function applyConversation(
  { database, changes }: Context,
  { conversation }: Input<'applyConversation'>,
): Promise<Output<'applyConversation'>> {
  await changes.run(`conversation ${conversation.id}`, () => copyConversation(database, conversation));
  return {};
}
