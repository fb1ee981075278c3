import type { ReconnectingClient } from './reconnecting-client.ts';
import { until } from './until.ts';

/** A conversation with everybody who is in it. */
export interface PlayedConversation {
  id: number;
  members: readonly ReconnectingClient[];
}

/**
 * Waits until everybody who has not left holds everything up to the heads, which are by conversation.
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
  await until('everybody has everything', () => conversations.every(isHeld), withinMs);
}
