import { createSerialBatcher } from '@vestnik/batching';
import { type Bus, publishDurable } from '@vestnik/bus';
import { durableEvents, type Message, type MessagesStored } from '@vestnik/contracts';
import type { Database } from '@vestnik/database';
import type { Logger } from '@vestnik/logging';
import type { Metrics } from '@vestnik/ops';
import { type Outbox, type OutboxRow, startOutbox } from '@vestnik/outbox';
import type { LiveEvents } from './live/live-events.ts';
import { createChangePublisher, type MessageChange, publishChange } from './live/publish-change.ts';
import { selectRange, toPages } from './store/history.ts';
import { versionsOf } from './store/membership.ts';

/** The payload of the outbox row of a commit that stored messages: a range of each conversation, under a key of old. */
interface StoredRanges {
  stretches: { conversation_id: number; first_seq: number; last_seq: number }[];
}

/** The events of commits gather into one for this long, in milliseconds, up to so many commits and messages. */
const GATHER_MS = 50;
const GATHER_COMMITS = 500;
const GATHER_MESSAGES = 5_000;
/** Messages that one statement reads again. */
const READ_AT_ONCE = 500;

/** The outbox of this service. */
export interface MessagesOutbox extends Outbox {
  /**
   * Publishes a change that was just committed. Resolves when that is done or has failed. Of many changes of one message within
   * a short time, several are published as one: then it resolves before.
   */
  publishChange(row: OutboxRow & { payload: MessageChange }): Promise<void>;
}

/**
 * Starts the outbox of this service. A row stands for the messages of one commit, or for a change of one message. The
 * process that stored messages publishes their event from memory. Of a row that was left behind, any instance reads the
 * messages again.
 */
export function startMessagesOutbox(parts: {
  bus: Bus;
  database: Database;
  logger: Logger;
  metrics: Metrics;
  live: LiveEvents;
}): MessagesOutbox {
  const { bus, database, logger, metrics, live } = parts;

  const changes = createChangePublisher({ database, bus, live });

  function publishStored(rows: OutboxRow[]): Promise<void> {
    const messages = rows.flatMap((row) => (row.payload as MessagesStored).messages);
    // A row is gathered once, so its id tells one gathering from the others.
    const id = `messages-${rows[0]?.id}-${rows.length}`;
    return publishDurable(bus, durableEvents.messagesStored, id, { messages });
  }

  // Consumers of the event are not in a hurry, and one event for several commits saves each of them a round.
  const gathered = createSerialBatcher<OutboxRow, void>(
    GATHER_COMMITS,
    async (rows) => {
      await publishStored(rows);
      return rows.map(() => undefined);
    },
    {
      lingerMs: GATHER_MS,
      weight: { of: (row) => (row.payload as MessagesStored).messages.length, max: GATHER_MESSAGES },
    },
  );

  async function publishLeftBehind(row: OutboxRow): Promise<void> {
    const messages = await readRanges(database, row.payload as StoredRanges);
    live.newMessages(messages);
    await publishStored([{ id: row.id, payload: await eventOf(database, messages) }]);
  }

  const outbox = startOutbox({
    database,
    logger,
    metrics,
    faults: bus.streamFaults,
    async publish(row, leftBehind) {
      if (isChange(row.payload)) {
        const { message_id, what } = row.payload.changed;
        if (leftBehind) return publishChange({ database, bus, live }, message_id, new Set([what]));
        return changes.add(message_id, new Set([what]));
      }
      // The live events of this commit were published before; they may be lost if the bus was away since.
      const assertPublished = bus.unbroken();
      if (leftBehind) await publishLeftBehind(row);
      else await gathered.add(row);
      assertPublished();
    },
  });
  return {
    ...outbox,
    publishChange(row) {
      const isPaced = changes.isPaced(row.payload.changed.message_id);
      const published = outbox.publishNow(row);
      return isPaced ? Promise.resolve() : published.then(() => {});
    },
  };
}

function isChange(payload: unknown): payload is MessageChange {
  return typeof payload === 'object' && payload !== null && 'changed' in payload;
}

async function readRanges(database: Database, { stretches: ranges }: StoredRanges): Promise<Message[]> {
  const messages: Message[] = [];
  for (const { conversation_id, first_seq, last_seq } of ranges) {
    let after = first_seq - 1;
    while (after < last_seq) {
      const range = { conversation_id, after_seq: after, up_to_seq: last_seq };
      const rows = await selectRange(database, range, READ_AT_ONCE);
      const [found = []] = await toPages(database, [{ conversation_id, rows }]);
      messages.push(...found);
      after = found.at(-1)?.seq ?? last_seq;
    }
  }
  return messages;
}

/** Returns the event of messages that were read again. Its version is today's, so a consumer at most waits longer for it. */
async function eventOf(database: Database, messages: readonly Message[]): Promise<MessagesStored> {
  const ids = [...new Set(messages.map((message) => message.conversation_id))];
  const versionOf = await versionsOf(database, ids);
  return {
    messages: messages.map(({ id, conversation_id, seq, sender_id, created_at, mentions }) => ({
      message_id: id,
      conversation_id,
      seq,
      sender_id,
      conversation_version: versionOf.get(conversation_id) ?? 0,
      created_at,
      mentions: mentions.length === 0 ? undefined : mentions,
    })),
  };
}
