import type { Context, Input, Output } from '../context.ts';
import * as users from '../store/users.ts';

/** Has the next announcement publish the status of all users again who connected or disconnected since a time. */
export async function announceAgain(
  context: Context,
  { since }: Input<'announceAgain'>,
): Promise<Output<'announceAgain'>> {
  await context.database.query(users.announceAgain, [since]);
  context.statusChanged();
  return {};
}
