import { createSerialBatcher } from '@vestnik/batching';
import type { Bus } from '@vestnik/bus';
import { conversationsEndpoints } from '@vestnik/contracts';
import type { ConnectedUser } from '../users/connected-user.ts';

/** Users whose conversations are asked for in one request at most. */
const BATCH = 1_000;
/** Those requests begin at least this far apart, in milliseconds: when many come at once they share one. */
const PACE_MS = 3;

/**
 * Creates what asks which conversations a user is in. `listenTo` is called right before, on the same connection: so no
 * change after the answer is missed.
 *
 * @returns throws VestnikError `unavailable` when conversations does not answer.
 */
export function createConversationsOfUsers(
  bus: Bus,
  listenTo: (user: ConnectedUser) => void,
): (user: ConnectedUser) => Promise<number[]> {
  const batcher = createSerialBatcher<ConnectedUser, number[]>(
    BATCH,
    async (asked) => {
      for (const user of asked) listenTo(user);
      const userIds = new Set(asked.map((user) => user.userId));
      const found = await bus.request(conversationsEndpoints.conversationsOfUsers, { user_ids: [...userIds] });
      const byUser = new Map(found.users.map((entry) => [entry.user_id, entry.conversation_ids]));
      return asked.map((user) => byUser.get(user.userId) ?? []);
    },
    { paceMs: PACE_MS },
  );
  return (user) => batcher.add(user);
}
