import { type Bus, createSerialBatcher, publishDurable } from '@vestnik/bus';
import { durableEvents, type MessagesStored } from '@vestnik/contracts';
import type { Database } from '@vestnik/database';
import type { CrashPoints } from '@vestnik/lifecycle';
import type { Logger } from '@vestnik/logging';
import { createOutbox, type Outbox, type OutboxRow } from '@vestnik/outbox';
import type { LiveEvents } from './live/live-events.ts';
import { findRange } from './use-cases/find-messages.ts';

/** How long the events of commits are gathered into one, in milliseconds, and of how many commits at most. */
const GATHER_MS = 15;
const GATHER_COMMITS = 32;

/** Creates the outbox of this service: a row tells of the messages of one commit. */
export function createMessagesOutbox(parts: {
  bus: Bus;
  database: Database;
  logger: Logger;
  live: LiveEvents;
  crash: CrashPoints;
}): Outbox {
  const { bus, database, logger, live, crash } = parts;
  // Those who consume the event are not in a hurry, and one event for several commits spares each of them a round.
  const gathered = createSerialBatcher<OutboxRow, void>(
    GATHER_COMMITS,
    async (rows) => {
      await publishStored(bus, rows);
      crash.here('messages.event-published');
      return rows.map(() => undefined);
    },
    { lingerMs: GATHER_MS },
  );
  return createOutbox({
    database,
    logger,
    async publish(row, leftBehind) {
      // Who committed has told the sockets already, with the messages that it held in memory.
      if (!leftBehind) return gathered.add(row);
      await tellSockets(database, live, row.payload as MessagesStored);
      await publishStored(bus, [row]);
    },
  });
}

function publishStored(bus: Bus, rows: OutboxRow[]): Promise<void> {
  const messages = rows.flatMap((row) => (row.payload as MessagesStored).messages);
  const id = `messages-${rows.map((row) => row.id).join('-')}`;
  return publishDurable(bus, durableEvents.messagesStored, id, { messages });
}

async function tellSockets(database: Database, live: LiveEvents, { messages }: MessagesStored): Promise<void> {
  for (const [conversationId, own] of Map.groupBy(messages, (message) => message.conversation_id)) {
    const seqs = own.map((message) => message.seq);
    let after = Math.min(...seqs) - 1;
    const upTo = Math.max(...seqs);
    while (after < upTo) {
      const found = await findRange(
        { database },
        { conversation_id: conversationId, after_seq: after, up_to_seq: upTo },
      );
      live.newMessages(found.messages);
      after = found.messages.at(-1)?.seq ?? upTo;
    }
  }
}
