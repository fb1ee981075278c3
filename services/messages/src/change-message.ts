import { type Message, VestnikError } from '@vestnik/contracts';
import type { Queries } from '@vestnik/database';
import { insertEvent } from '@vestnik/outbox';
import type { Context } from './context.ts';
import type { MessageChange } from './live/tell-change.ts';
import { lockVisible } from './store/changes.ts';
import { findMessage } from './store/messages.ts';

/** A message that is locked: whose it is, and whether it is a tombstone. */
export interface LockedMessage {
  sender_id: number;
  deleted: boolean;
}

/** Makes a change of a locked message. Returns what of it is to be told; undefined: it was so already. */
export type MakeChange = (
  queries: Queries,
  locked: LockedMessage,
) => Promise<MessageChange['changed']['what'] | undefined>;

/**
 * Changes one message: locks it, makes the change and notes its event in one transaction, and tells everybody in the
 * conversation before who made the change, where the bus is there. Returns the message as it is then.
 *
 * @param check may refuse what came of the change, which is undone then
 * @throws VestnikError `forbidden` to who may not see the message, whether or not it exists; whatever the change throws.
 */
export async function changeMessage(
  { database, outbox }: Context,
  { user_id, message_id }: { user_id: number; message_id: number },
  makeChange: MakeChange,
  check: (message: Message) => void = () => {},
): Promise<Message> {
  const { message, event } = await database.transaction(async (queries) => {
    const [locked] = await queries.query(lockVisible, [message_id, user_id]);
    if (!locked) throw new VestnikError('forbidden', 'This is not a message that you may see');
    const what = await makeChange(queries, locked);
    const message = await findMessage(queries, message_id);
    if (!message) throw new Error(`message ${message_id} is locked and not found`);
    if (what === undefined) return { message };
    check(message);
    return { message, event: await insertEvent<MessageChange>(queries, { changed: { message_id, what } }) };
  });
  if (event) {
    await outbox.publishNow(event);
  }
  return message;
}
