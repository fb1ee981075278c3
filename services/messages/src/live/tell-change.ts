import type { Context } from '../context.ts';
import { takeTurnToTell } from '../store/changes.ts';
import { findMessage } from '../store/messages.ts';

/** A change of a message, as an outbox row holds it: which message, and what of it is told. */
export interface MessageChange {
  changed: { message_id: number; what: 'content' | 'reactions' };
}

/**
 * Tells how a message is now, after a change of it that is committed; resolves when the bus has it. Over all instances one
 * teller of a message at a time, each of what it finds when its turn comes: else what two instances publish of one message
 * could be heard in another order than it happened, and what was deleted would come back on screens. So an edit may be told
 * as the deletion that came after it. Of a message that was erased there is nothing to tell.
 *
 * @throws VestnikError `unavailable` when the bus or the database is away; the change waits in the outbox then.
 */
export async function tellChange(
  { database, bus, live }: Pick<Context, 'database' | 'bus' | 'live'>,
  { changed: { message_id, what } }: MessageChange,
): Promise<void> {
  await database.transaction(async (queries) => {
    await queries.query(takeTurnToTell, [`message ${message_id}`]);
    const message = await findMessage(queries, message_id);
    if (!message) return;
    if (what === 'reactions') live.reactionChanged(message.conversation_id, message.id, message.reactions);
    else if (message.deleted_at === null) live.messageUpdated(message);
    else live.messageDeleted(message);
    // The next one's turn begins when the bus has this.
    await bus.flush();
  });
}
