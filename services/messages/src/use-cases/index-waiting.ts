import type { Context } from '../context.ts';
import { indexNext } from '../search/index-ranges.ts';
import type { WaitingMessages } from '../search/waiting-messages.ts';

/** Messages of one transaction, about 3 ms of this thread. */
const MESSAGES_AT_ONCE = 256;

/**
 * Brings waiting messages into the search index, with everything before them that is not there yet. Returns whether there may
 * be more. Messages that a fault keeps out wait again.
 */
export async function indexWaiting(
  { database }: Pick<Context, 'database'>,
  waiting: WaitingMessages,
): Promise<boolean> {
  const asks = waiting.takeDue(MESSAGES_AT_ONCE);
  if (asks.length === 0) return false;
  try {
    waiting.putBack(await database.transaction((queries) => indexNext(queries, asks)));
    return true;
  } catch (error) {
    waiting.putBack(asks);
    throw error;
  }
}
