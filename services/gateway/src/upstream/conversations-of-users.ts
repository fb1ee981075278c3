import { createSerialBatcher } from '@vestnik/batching';
import type { Bus } from '@vestnik/bus';
import { conversationsEndpoints } from '@vestnik/contracts';

/** Users whose conversations are asked for in one request at most. */
const BATCH = 1_000;
/** Requests begin at least this far apart, in milliseconds, so that users who connect at the same time share one. */
const PACE_MS = 3;

/**
 * Creates the question which conversations a user is in. `subscribe` is called right before the request is written, on the
 * same bus connection, so that no change after the answer is missed.
 *
 * @returns a function that throws VestnikError `unavailable` when the conversations service does not answer.
 */
export function createConversationsOfUsers<User extends { readonly userId: number }>(
  bus: Bus,
  subscribe: (user: User) => void,
): (user: User) => Promise<number[]> {
  const batcher = createSerialBatcher<User, number[]>(
    BATCH,
    async (users) => {
      for (const user of users) subscribe(user);
      const userIds = new Set(users.map((user) => user.userId));
      const found = await bus.request(conversationsEndpoints.listConversationsOfUsers, { user_ids: [...userIds] });
      const byUser = new Map(found.users.map((entry) => [entry.user_id, entry.conversation_ids]));
      return users.map((user) => byUser.get(user.userId) ?? []);
    },
    { paceMs: PACE_MS },
  );
  return (user) => batcher.add(user);
}
