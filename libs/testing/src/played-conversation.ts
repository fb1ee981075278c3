import type { ReconnectingClient } from './reconnecting-client.ts';
import { until } from './until.ts';

/** A conversation with the clients of its participants. */
export interface PlayedConversation {
  id: number;
  members: readonly ReconnectingClient[];
}

/**
 * Waits until every client that is not closed holds everything up to the heads, which are by conversation.
 *
 * @throws Error when that takes longer than `withinMs`.
 */
export async function untilHeld(
  conversations: readonly PlayedConversation[],
  heads: ReadonlyMap<number, number>,
  withinMs: number,
): Promise<void> {
  const isHeld = ({ id, members }: PlayedConversation) =>
    members.every((client) => client.isClosed() || client.holdings.upTo(id) >= (heads.get(id) ?? 0));
  await until('every client holds everything', () => conversations.every(isHeld), withinMs);
}
