import { presenceEndpoints, type UserStatus } from '@vestnik/contracts';
import type { Context } from '../context.ts';
import type { Caller } from '../upstream/caller.ts';

/** With more users than this, the query is costly. */
const FEW = 50;

/** Answers the statuses of the named users, as far as the caller may know them: strangers look offline and never seen. */
export function getPresence(
  { bus, readLimiter, rateLimits }: Context,
  caller: Caller,
  { userIds }: { userIds: number[] },
): Promise<{ statuses: UserStatus[] }> {
  const { userId, requestId } = caller;
  rateLimits.chargeItems(caller, userIds.length);
  const ask = () => bus.request(presenceEndpoints.getStatuses, { user_id: userId, user_ids: userIds }, { requestId });
  return userIds.length > FEW ? readLimiter.run(caller, ask) : ask();
}
