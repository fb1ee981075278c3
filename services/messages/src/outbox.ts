import { type Bus, publishDurable } from '@vestnik/bus';
import { durableEvents, type MessagesStored } from '@vestnik/contracts';
import type { Database } from '@vestnik/database';
import type { Logger } from '@vestnik/logging';
import { createOutbox, type Outbox } from '@vestnik/outbox';
import type { LiveEvents } from './live/live-events.ts';
import { findRange } from './use-cases/find-messages.ts';

/** Creates the outbox of this service: a row tells of the messages of one commit. */
export function createMessagesOutbox(parts: {
  bus: Bus;
  database: Database;
  logger: Logger;
  live: LiveEvents;
}): Outbox {
  const { bus, database, logger, live } = parts;
  return createOutbox({
    database,
    logger,
    async publish(row, leftBehind) {
      const event = row.payload as MessagesStored;
      // Who committed has told the sockets already, with the messages that it held in memory.
      if (leftBehind) await tellSockets(database, live, event);
      await publishDurable(bus, durableEvents.messagesStored, `messages-${row.id}`, event);
    },
  });
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
