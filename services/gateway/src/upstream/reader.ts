import type { Bus } from '@vestnik/bus';
import {
  conversationsEndpoints,
  type HistoryAsk,
  messagesEndpoints,
  READS_AT_ONCE,
  type SummaryAsk,
  type UnreadAsk,
} from '@vestnik/contracts';
import DataLoader from 'dataloader';

/**
 * Asks messages and conversations on behalf of clients. Queries of one kind that come in one tick of the event loop, of any
 * callers, travel as one request and share its statements. The gateway passes the bytes of the answers on. Kinds travel
 * apart, so that no count waits for pages.
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
  const descriptions = createTickLoader<DescribeAsk, Buffer[]>(async (items) => {
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
    describe: (userId, conversationIds, requestId) => descriptions.load({ userId, conversationIds, requestId }),
  };
}

interface DescribeAsk {
  userId: number;
  conversationIds: number[];
  requestId: string;
}

/**
 * Creates a loader without a cache that loads at the end of each event-loop tick what was asked for in it, whatever is in
 * flight. One ask alone goes at once. The busier the process, the longer its ticks, and the more asks share a request.
 */
function createTickLoader<Key, Value>(load: (keys: readonly Key[]) => Promise<Value[]>): DataLoader<Key, Value> {
  return new DataLoader(load, {
    cache: false,
    maxBatchSize: READS_AT_ONCE,
    // Immediates run when every socket that was readable in this tick has been read.
    batchScheduleFn: (dispatch) => void setImmediate(dispatch),
  });
}

/** Has the asks of one tick share a request. An ask whose line is empty is repeated as the only one of a request. */
function shareTrips<Ask>(request: (asks: Ask[], requestId: string) => Promise<Buffer[]>): Read<Ask> {
  const loader = createTickLoader<{ ask: Ask; requestId: string }, Buffer>((items) =>
    request(
      items.map(({ ask }) => ask),
      idsOf(items),
    ),
  );
  return async (ask, requestId) => {
    const shared = await loader.load({ ask, requestId });
    if (shared.length > 0) return shared;
    const [alone] = await request([ask], requestId);
    return alone as Buffer;
  };
}

/** The id of a shared request names every request that it serves. */
function idsOf(items: readonly { requestId: string }[]): string {
  return items.map(({ requestId }) => requestId).join(',');
}
