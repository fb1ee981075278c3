import type { Context } from '../context.ts';
import * as users from '../store/users.ts';

/** Users that one statement takes offline at most. */
const USERS_AT_ONCE = 5_000;

/** Takes all users offline whose grace has passed. */
export async function takeUsersOffline({ database, statusChanged }: Context): Promise<void> {
  for (;;) {
    const { length } = await database.query(users.takeUsersOffline, [USERS_AT_ONCE]);
    if (length > 0) statusChanged();
    if (length < USERS_AT_ONCE) return;
  }
}
