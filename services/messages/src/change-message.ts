import { type Message, VestnikError } from '@vestnik/contracts';
import { addEvent } from '@vestnik/outbox';
import type { Context } from './context.ts';
import type { MessageChange } from './live/publish-change.ts';
import { findMessage } from './store/messages.ts';
import type { MessageRecord } from './store/schema.ts';
import { type EntityManager, indexLater, lockVisible } from './store/unit-of-work.ts';

/** Changes a locked message in a unit of work. Returns which part of it changed, undefined for none. */
export type MakeChange = (
  em: EntityManager,
  message: MessageRecord,
) => MessageChange['changed']['what'] | undefined | Promise<MessageChange['changed']['what'] | undefined>;

/**
 * Changes one message: locks it, makes the change and adds its event in one transaction, and publishes the event before the
 * caller gets its reply. Returns the message as it is afterwards. Changes with one key wait for each other before they take
 * a connection, and many changes of one message are published as few.
 *
 * @param key the message, unless the change has to wait for changes of other messages too
 * @throws VestnikError `forbidden` to a user who may not see the message, whether or not it exists. Also what the change
 *   throws, which is undone then, and the refusals of the queue.
 */
export async function changeMessage(
  { database, changes, outbox }: Context,
  { user_id, message_id }: { user_id: number; message_id: number },
  makeChange: MakeChange,
  key = `message ${message_id}`,
): Promise<Message> {
  const event = await changes.run(key, () =>
    database.unitOfWork(async (em) => {
      const message = await lockVisible(em, user_id, message_id);
      if (!message) throw new VestnikError('forbidden', 'This is not a message that you may see');
      const what = await makeChange(em, message);
      if (what === 'content') await indexLater(em, message);
      if (what) message.version += 1;
      return what && addEvent<MessageChange>(em, { changed: { message_id, what } });
    }),
  );
  if (event) await outbox.publishChange(event);
  const message = await findMessage(database, message_id);
  if (!message) throw new Error(`message ${message_id} was erased while it was changed`);
  return message;
}
