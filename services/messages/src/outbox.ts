import { createSerialBatcher } from '@vestnik/batching';
import { type Bus, publishDurable } from '@vestnik/bus';
import { durableEvents, type Message, type MessagesStored } from '@vestnik/contracts';
import type { Database } from '@vestnik/database';
import type { Logger } from '@vestnik/logging';
import type { Metrics } from '@vestnik/ops';
import { type Outbox, type OutboxRow, startOutbox } from '@vestnik/outbox';
import type { LiveEvents } from './live/live-events.ts';
import { type MessageChange, tellChange } from './live/tell-change.ts';
import { selectRange, toPages } from './store/history.ts';
import { versionsOf } from './store/membership.ts';

/** What an outbox row holds of a commit that stored messages: for each conversation, which of its messages. */
interface StoredStretches {
  stretches: { conversation_id: number; first_seq: number; last_seq: number }[];
}

/** How long the events of commits are gathered into one, in milliseconds; of how many commits and messages at most. */
const GATHER_MS = 50;
const GATHER_COMMITS = 500;
const GATHER_MESSAGES = 5_000;
/** Messages that are read again in one statement. */
const READ_AT_ONCE = 500;

/**
 * Starts the outbox of this service: a row tells of the messages of one commit, or of a change of one message. Who stored
 * messages hands the event over with it; of what was left behind the row names the messages, and they are read again.
 */
export function startMessagesOutbox(parts: {
  bus: Bus;
  database: Database;
  logger: Logger;
  metrics: Metrics;
  live: LiveEvents;
}): Outbox {
  const { bus, database, logger, metrics, live } = parts;
  // Those who consume the event are not in a hurry, and one event for several commits spares each of them a round.
  const gathered = createSerialBatcher<OutboxRow, void>(
    GATHER_COMMITS,
    async (rows) => {
      await publishStored(bus, rows);
      return rows.map(() => undefined);
    },
    {
      lingerMs: GATHER_MS,
      weight: { of: (row) => (row.payload as MessagesStored).messages.length, max: GATHER_MESSAGES },
    },
  );
  async function tellAgain(row: OutboxRow): Promise<void> {
    const messages = await readStretches(database, row.payload as StoredStretches);
    live.newMessages(messages);
    await publishStored(bus, [{ id: row.id, payload: await describe(database, messages) }]);
  }

  return startOutbox({
    database,
    logger,
    metrics,
    async publish(row, leftBehind) {
      if (isChange(row.payload)) return tellChange({ database, bus, live }, row.payload);
      // Who committed has told the sockets already, with the messages that it held in memory.
      const assertTold = bus.unbroken();
      if (leftBehind) await tellAgain(row);
      else await gathered.add(row);
      assertTold();
    },
  });
}

function isChange(payload: unknown): payload is MessageChange {
  return typeof payload === 'object' && payload !== null && 'changed' in payload;
}

function publishStored(bus: Bus, rows: OutboxRow[]): Promise<void> {
  const messages = rows.flatMap((row) => (row.payload as MessagesStored).messages);
  // A row is gathered once, so its id tells one gathering from the others.
  const id = `messages-${rows[0]?.id}-${rows.length}`;
  return publishDurable(bus, durableEvents.messagesStored, id, { messages });
}

async function readStretches(database: Database, { stretches }: StoredStretches): Promise<Message[]> {
  const messages: Message[] = [];
  for (const { conversation_id, first_seq, last_seq } of stretches) {
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

/** The event of messages that were read again. The version is today's: whoever compares theirs with it waits rather longer. */
async function describe(database: Database, messages: readonly Message[]): Promise<MessagesStored> {
  const ids = [...new Set(messages.map((message) => message.conversation_id))];
  const versionOf = await versionsOf(database, ids);
  return {
    messages: messages.map(({ id, conversation_id, seq, sender_id }) => ({
      message_id: id,
      conversation_id,
      seq,
      sender_id,
      conversation_version: versionOf.get(conversation_id) ?? 0,
    })),
  };
}
