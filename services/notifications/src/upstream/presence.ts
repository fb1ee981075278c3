import { presenceEndpoints } from '@vestnik/contracts';
import type { Context } from '../context.ts';

/** Users that presence takes in one question. */
const USERS_PER_QUESTION = 10_000;

/**
 * Those of the users who have a socket open now as far as presence knows, with the moment (Unix time in milliseconds) when
 * a gateway that holds one was last heard.
 *
 * @throws VestnikError `unavailable` when presence is away.
 */
export async function connectedAmong({ bus }: Context, userIds: readonly number[]): Promise<Map<number, number>> {
  const different = [...new Set(userIds)];
  const connected = new Map<number, number>();
  for (let start = 0; start < different.length; start += USERS_PER_QUESTION) {
    const answer = await bus.request(presenceEndpoints.connected, {
      user_ids: different.slice(start, start + USERS_PER_QUESTION),
    });
    answer.user_ids.forEach((userId, index) => connected.set(userId, Date.parse(answer.heard_at[index] ?? '')));
  }
  return connected;
}
