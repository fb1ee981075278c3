import { presenceEndpoints, type UserStatus } from '@vestnik/contracts';
import type { Context } from '../context.ts';
import type { Caller } from '../upstream/caller.ts';

/** Answers the statuses of the named users, as far as the caller may know them: strangers look offline and never seen. */
export function getPresence(
  { bus }: Context,
  { userId, requestId }: Caller,
  { userIds }: { userIds: number[] },
): Promise<{ statuses: UserStatus[] }> {
  return bus.request(presenceEndpoints.getStatuses, { user_id: userId, user_ids: userIds }, { requestId });
}
