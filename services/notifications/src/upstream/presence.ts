import type { Bus } from '@vestnik/bus';
import { presenceEndpoints } from '@vestnik/contracts';

/** Users that presence takes in one request. */
const USERS_PER_REQUEST = 10_000;

/**
 * Returns the users who have a socket open now, as far as presence knows. The value of each user is the moment (Unix time
 * in milliseconds) when presence last heard a gateway that holds such a socket.
 *
 * @throws VestnikError `unavailable` when presence is away.
 */
export async function findConnected(bus: Bus, userIds: readonly number[]): Promise<Map<number, number>> {
  const different = [...new Set(userIds)];
  const connected = new Map<number, number>();
  for (let start = 0; start < different.length; start += USERS_PER_REQUEST) {
    const answer = await bus.request(presenceEndpoints.findConnected, {
      user_ids: different.slice(start, start + USERS_PER_REQUEST),
    });
    answer.user_ids.forEach((userId, index) => connected.set(userId, Date.parse(answer.heard_at[index] ?? '')));
  }
  return connected;
}
