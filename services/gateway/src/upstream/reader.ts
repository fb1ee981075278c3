import { createTurnBatcher } from '@vestnik/batching';
import type { Bus } from '@vestnik/bus';
import { conversationsEndpoints, messagesEndpoints, READS_AT_ONCE, type Read } from '@vestnik/contracts';

/**
 * Reads for REST. What one turn of the event loop brings of one kind, of whatever callers, travels as one request and shares
 * its statements; the answers are passed on as the bytes that the services made. Kinds travel apart, so that no count waits
 * for pages.
 */
export interface Reader {
  /**
   * One read of messages, as JSON; empty where it is to be asked by itself.
   *
   * @throws VestnikError `unavailable`
   */
  read(read: Read, requestId: string): Promise<Buffer>;
  /**
   * The named conversations as JSON, each as `userId` may see it; empty for one that the user is not in. At least one,
   * at most a page of them.
   *
   * @throws VestnikError `unavailable`
   */
  describe(userId: number, conversationIds: number[], requestId: string): Promise<Buffer[]>;
}

/** Creates the reader of one gateway. */
export function createReader(bus: Bus): Reader {
  const createReads = () =>
    createTurnBatcher<{ read: Read; requestId: string }, Buffer>(READS_AT_ONCE, (items) =>
      bus.requestLines(messagesEndpoints.read, { reads: items.map(({ read }) => read) }, { requestId: idsOf(items) }),
    );
  const reads = { unread: createReads(), page: createReads(), list: createReads() };
  const descriptions = createTurnBatcher<Ask, Buffer[]>(READS_AT_ONCE, async (items) => {
    const asks = items.map(({ userId, conversationIds }) => ({ user_id: userId, conversation_ids: conversationIds }));
    const lines = await bus.requestLines(conversationsEndpoints.describe, { asks }, { requestId: idsOf(items) });
    let start = 0;
    return items.map(({ conversationIds: { length } }) => {
      start += length;
      return lines.slice(start - length, start);
    });
  });
  return {
    read: (read, requestId) => reads[read.kind].add({ read, requestId }),
    describe: (userId, conversationIds, requestId) => descriptions.add({ userId, conversationIds, requestId }),
  };
}

interface Ask {
  userId: number;
  conversationIds: number[];
  requestId: string;
}

/** All that share a trip are named by it. */
function idsOf(items: readonly { requestId: string }[]): string {
  return items.map(({ requestId }) => requestId).join(',');
}
