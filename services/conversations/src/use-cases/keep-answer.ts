import { VestnikError } from '@vestnik/contracts';
import type { Context, Input, Output } from '../context.ts';
import * as statements from '../store/statements.ts';

/**
 * Keeps the answer to a creation under a key, and returns the answer that was kept first.
 *
 * @throws VestnikError `not_found` for a creation that is no longer kept, or of another user.
 */
export async function keepAnswer(
  { database }: Context,
  { user_id, creation_id, answer }: Input<'keepAnswer'>,
): Promise<Output<'keepAnswer'>> {
  const [kept] = await database.query(statements.keepAnswer, [creation_id, user_id, answer]);
  if (!kept) throw new VestnikError('not_found', 'This creation is no longer kept');
  return kept;
}
