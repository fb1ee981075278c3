import type { Bus } from '@vestnik/bus';
import { notificationsEndpoints, UNDELIVERED_LIMIT } from '@vestnik/contracts';
import type { Logger } from '@vestnik/logging';
import type { UserRange } from './join-ranges.ts';
import { createReportQueue, type ReportQueue } from './report-queue.ts';
import type { RoomMessages } from './room-messages.ts';

/** Reports messages that reached no device of a user, so that notifications pushes them. */
export type UndeliveredMessages = ReportQueue<UserRange>;

type Undelivered = Parameters<typeof toRequest>[0][number];

/** Ranges in one report at most. */
const REPORT_LIMIT = 500;
/** Ranges that may wait to be reported; beyond that the oldest are dropped. */
const MAX_WAITING = 20_000;
/** Wait before a report that failed is sent again, in milliseconds. */
const RETRY_MS = 1_000;

/** Creates the reports of one gateway. Ranges of one conversation in a report are fetched together. */
export function createUndeliveredMessages(bus: Bus, logger: Logger, messages: RoomMessages): UndeliveredMessages {
  /** Returns each message of the ranges with the user that it did not reach. Authors get no push for their own. */
  async function find(conversationId: number, ranges: readonly UserRange[]): Promise<Undelivered[]> {
    const found: Undelivered[] = [];
    let after = Math.min(...ranges.map(({ afterSeq }) => afterSeq));
    const last = Math.max(...ranges.map(({ upToSeq }) => upToSeq));
    while (after < last) {
      const page = await messages.fetchRange(conversationId, after, last);
      if (page.length === 0) break;
      for (const { id, seq, sender_id } of page) {
        for (const { userId, afterSeq, upToSeq } of ranges) {
          if (seq > afterSeq && seq <= upToSeq && userId !== sender_id) found.push({ userId, messageId: id });
        }
        after = seq;
      }
    }
    return found;
  }

  return createReportQueue<UserRange>({
    name: 'undelivered messages',
    logger,
    limit: REPORT_LIMIT,
    maxWaiting: MAX_WAITING,
    retryMs: RETRY_MS,
    async send(ranges) {
      for (const [conversationId, own] of Map.groupBy(ranges, (range) => range.conversationId)) {
        const undelivered = await find(conversationId, own);
        for (let from = 0; from < undelivered.length; from += UNDELIVERED_LIMIT) {
          const some = undelivered.slice(from, from + UNDELIVERED_LIMIT);
          await bus.request(notificationsEndpoints.resumePushes, toRequest(some));
        }
      }
      return [];
    },
  });
}

function toRequest(undelivered: readonly { userId: number; messageId: number }[]) {
  return { undelivered: undelivered.map(({ userId, messageId }) => ({ user_id: userId, message_id: messageId })) };
}
