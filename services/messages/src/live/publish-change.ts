import { type Coalescer, createCoalescer } from '@vestnik/batching';
import type { Bus } from '@vestnik/bus';
import { type Database, lockByName } from '@vestnik/database';
import { hiddenFrom } from '../store/membership.ts';
import { findMessage } from '../store/messages.ts';
import type { LiveEvents } from './live-events.ts';

interface PublishParts {
  database: Database;
  bus: Bus;
  live: LiveEvents;
}

/** A part of a message that is published when it changes. */
type ChangedPart = 'content' | 'reactions' | 'pin';

/** A change of a message, as an outbox row holds it: which message, and which part of it is published. */
export interface MessageChange {
  changed: { message_id: number; what: ChangedPart };
}

/** So many changes of one message are published without a pause, and behind them one each so many milliseconds. */
const BURST = 10;
const EVERY_MS = 200;

/** Publishes committed changes of messages by message id. */
export type ChangePublisher = Coalescer<number, ReadonlySet<ChangedPart>>;

/** Creates the publisher of changes. A few of one message are published at once, and many as few, the last one always. */
export function createChangePublisher(parts: PublishParts): ChangePublisher {
  return createCoalescer<number, ReadonlySet<ChangedPart>>({
    burst: BURST,
    everyMs: EVERY_MS,
    merge: (first, second) => new Set([...first, ...second]),
    handOver: (messageId, changed) => publishChange(parts, messageId, changed),
  });
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
  { database, bus, live }: PublishParts,
  messageId: number,
  changed: ReadonlySet<ChangedPart>,
): Promise<void> {
  await database.transaction(async (queries) => {
    await lockByName(queries, `message ${messageId}`);
    const message = await findMessage(queries, messageId);
    if (!message) return;
    const hidden = await queries.query(hiddenFrom, [message.conversation_id, message.seq]);
    const userIds = hidden.map(({ user_id }) => user_id);
    if (changed.has('reactions')) live.reactionChanged(message, userIds);
    if (changed.has('content') || changed.has('pin')) {
      if (message.deleted_at === null) live.messageUpdated(message, userIds);
      else live.messageDeleted(message, userIds);
    }
    // The lock is released when the bus has the event.
    await bus.flush();
  });
}
