import type { Context } from '../context.ts';
import { findMessage, lockPublication } from '../store/messages.ts';

/** A change of a message, as an outbox row holds it: which message, and which part of it is published. */
export interface MessageChange {
  changed: { message_id: number; what: 'content' | 'reactions' };
}

/**
 * Publishes how a message is now, after a committed change. Resolves when the bus has it. Over all instances one publication
 * of a message goes on at a time, and it reads the message when it gets the lock. Otherwise gateways could receive what two
 * instances publish of one message in the wrong order, and a deleted text would return to screens. So an edit may be
 * published as the deletion that followed it. Nothing is published of a message that operators erased.
 *
 * @throws VestnikError `unavailable` when the bus or the database is away; the change then waits in the outbox.
 */
export async function publishChange(
  { database, bus, live }: Pick<Context, 'database' | 'bus' | 'live'>,
  { changed: { message_id, what } }: MessageChange,
): Promise<void> {
  await database.transaction(async (queries) => {
    await queries.query(lockPublication, [`message ${message_id}`]);
    const message = await findMessage(queries, message_id);
    if (!message) return;
    if (what === 'reactions') live.reactionChanged(message);
    else if (message.deleted_at === null) live.messageUpdated(message);
    else live.messageDeleted(message);
    // The lock is released when the bus has the event.
    await bus.flush();
  });
}
