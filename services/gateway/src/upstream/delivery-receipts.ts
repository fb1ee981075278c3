import type { Bus } from '@vestnik/bus';
import { type Delivery, messagesEndpoints } from '@vestnik/contracts';
import type { Logger } from '@vestnik/logging';
import { joinRanges, type UserRange } from './join-ranges.ts';
import { createReportQueue, type ReportQueue } from './report-queue.ts';

/** Reports delivered ranges to the messages service: markers, many in one request, never one request for each message. */
export type DeliveryReceipts = ReportQueue<UserRange>;

/** Markers in one request at most. The request locks them while it runs, and a sender waits for its own marker. */
const REQUEST_LIMIT = 500;
/** Ranges that may wait to be reported. A device that syncs is reported anew, so the oldest may be dropped. */
const MAX_WAITING = 100_000;
/** Wait before ranges that could not be taken just now are reported again, in milliseconds. */
const RETRY_MS = 300;

/** Creates the delivery receipts of one gateway. */
export function createDeliveryReceipts(bus: Bus, logger: Logger): DeliveryReceipts {
  return createReportQueue<UserRange>({
    name: 'delivery receipts',
    logger,
    limit: REQUEST_LIMIT,
    maxWaiting: MAX_WAITING,
    retryMs: RETRY_MS,
    choose(ranges) {
      const { joined, apart } = joinRanges(ranges);
      return { now: joined, later: apart };
    },
    async send(ranges) {
      const { again } = await bus.request(messagesEndpoints.markDelivered, { deliveries: ranges.map(toDelivery) });
      return again.map(toRange);
    },
  });
}

function toDelivery({ userId, conversationId, afterSeq, upToSeq }: UserRange): Delivery {
  return { conversation_id: conversationId, user_id: userId, after_seq: afterSeq, up_to_seq: upToSeq };
}

function toRange({ user_id, conversation_id, after_seq, up_to_seq }: Delivery): UserRange {
  return { userId: user_id, conversationId: conversation_id, afterSeq: after_seq, upToSeq: up_to_seq };
}
