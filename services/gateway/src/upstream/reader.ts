import { createTurnBatcher } from '@vestnik/batching';
import type { Bus } from '@vestnik/bus';
import {
  conversationsEndpoints,
  type HistoryAsk,
  messagesEndpoints,
  READS_AT_ONCE,
  type SummaryAsk,
  type UnreadAsk,
} from '@vestnik/contracts';

/**
 * Asks messages and conversations for what clients read. What one tick of the event loop brings of one kind, of whatever
 * callers, travels as one request and shares its statements. The answers are passed on as the bytes that the services
 * made. Kinds travel apart, so that no count waits for pages.
 *
 * @throws VestnikError the refusals of the endpoint of the same name, `unavailable`.
 */
export interface Reader {
  /** Returns the JSON of a page of a conversation. */
  readHistory: Read<HistoryAsk>;
  /** Returns the JSON of a page of conversation summaries. */
  summarizeConversations: Read<SummaryAsk>;
  /** Returns the JSON of a user's unread count. */
  countUnread: Read<UnreadAsk>;
  /**
   * Returns the named conversations as JSON, each as `userId` may see it; empty for one that the user is not in. At least
   * one, at most a page of them.
   */
  describe(userId: number, conversationIds: number[], requestId: string): Promise<Buffer[]>;
}

/** Makes one query and returns the bytes of its answer. */
type Read<Ask> = (ask: Ask, requestId: string) => Promise<Buffer>;

/** Creates the reader of one gateway. */
export function createReader(bus: Bus): Reader {
  const descriptions = createTurnBatcher<DescribeAsk, Buffer[]>(READS_AT_ONCE, async (items) => {
    const asks = items.map(({ userId, conversationIds }) => ({ user_id: userId, conversation_ids: conversationIds }));
    const lines = await bus.requestLines(
      conversationsEndpoints.describeConversations,
      { asks },
      { requestId: idsOf(items) },
    );
    let start = 0;
    return items.map(({ conversationIds: { length } }) => {
      start += length;
      return lines.slice(start - length, start);
    });
  });
  return {
    readHistory: shareTrips((asks: HistoryAsk[], requestId) =>
      bus.requestLines(messagesEndpoints.readHistory, { asks }, { requestId }),
    ),
    summarizeConversations: shareTrips((asks: SummaryAsk[], requestId) =>
      bus.requestLines(messagesEndpoints.summarizeConversations, { asks }, { requestId }),
    ),
    countUnread: shareTrips((asks: UnreadAsk[], requestId) =>
      bus.requestLines(messagesEndpoints.countUnread, { asks }, { requestId }),
    ),
    describe: (userId, conversationIds, requestId) => descriptions.add({ userId, conversationIds, requestId }),
  };
}

interface DescribeAsk {
  userId: number;
  conversationIds: number[];
  requestId: string;
}

/** Has the asks of one tick share a request. An ask whose line is empty is repeated as the only one of a request. */
function shareTrips<Ask>(request: (asks: Ask[], requestId: string) => Promise<Buffer[]>): Read<Ask> {
  const batcher = createTurnBatcher<{ ask: Ask; requestId: string }, Buffer>(READS_AT_ONCE, (items) =>
    request(
      items.map(({ ask }) => ask),
      idsOf(items),
    ),
  );
  return async (ask, requestId) => {
    const shared = await batcher.add({ ask, requestId });
    if (shared.length > 0) return shared;
    const [alone] = await request([ask], requestId);
    return alone as Buffer;
  };
}

/** The id of a shared request names every request that it serves. */
function idsOf(items: readonly { requestId: string }[]): string {
  return items.map(({ requestId }) => requestId).join(',');
}
