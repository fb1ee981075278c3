import { type EndpointInput, messagesEndpoints, type SearchPage } from '@vestnik/contracts';
import type { Context } from '../context.ts';
import type { Caller } from '../upstream/caller.ts';

/** The messages that a caller looks for: the query, the filters, and where the page begins. */
export type SearchInput = Omit<EndpointInput<typeof messagesEndpoints.searchMessages>, 'user_id'>;

/**
 * Answers a page of the messages that fit a query, of all conversations of the caller or of one, newest first.
 *
 * @throws VestnikError `invalid` for a query without a word that is needed; `forbidden` for a conversation that the caller is
 *   not in.
 */
export function searchMessages(
  { bus, readLimiter }: Context,
  caller: Caller,
  search: SearchInput,
): Promise<SearchPage> {
  const { userId, requestId } = caller;
  return readLimiter.run(caller, () =>
    bus.request(messagesEndpoints.searchMessages, { user_id: userId, ...search }, { requestId }),
  );
}
