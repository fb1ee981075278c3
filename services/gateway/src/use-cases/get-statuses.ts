import { presenceEndpoints, type UserStatus } from '@vestnik/contracts';
import type { Caller, Context } from '../context.ts';

/** How the named users are, as far as the caller may know: strangers look offline and never seen. */
export function getStatuses(
  { bus }: Context,
  { userId, requestId }: Caller,
  userIds: number[],
): Promise<{ statuses: UserStatus[] }> {
  return bus.request(presenceEndpoints.getStatuses, { user_id: userId, user_ids: userIds }, { requestId });
}
