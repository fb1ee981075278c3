import { presenceEndpoints } from '@vestnik/contracts';
import type { Context } from '../context.ts';

/** Users that presence takes in one question. */
const USERS_PER_QUESTION = 10_000;

/**
 * Those of the users who have a socket open now.
 *
 * @throws VestnikError `unavailable` when presence is away.
 */
export async function connectedAmong({ bus }: Context, userIds: readonly number[]): Promise<Set<number>> {
  const different = [...new Set(userIds)];
  const connected = new Set<number>();
  for (let start = 0; start < different.length; start += USERS_PER_QUESTION) {
    const answer = await bus.request(presenceEndpoints.connected, {
      user_ids: different.slice(start, start + USERS_PER_QUESTION),
    });
    for (const userId of answer.user_ids) connected.add(userId);
  }
  return connected;
}
