import { type RefusalReason, VestnikError } from '@vestnik/contracts';
import type { Context } from './context.ts';
import { judgeChange } from './store/guards.ts';

/**
 * Makes sure that the rules between people and companies let a change of a message pass, as they would a send.
 *
 * @throws VestnikError `forbidden` with the reason.
 */
export async function requirePassage(
  { database, countRefusal }: Pick<Context, 'database' | 'countRefusal'>,
  { user_id, message_id }: { user_id: number; message_id: number },
): Promise<void> {
  const [row] = await database.query(judgeChange, [user_id, message_id]);
  if (!row || row.reason === 'pending') return;
  countRefusal(row.reason);
  throw notPassing(row.reason);
}

/** Returns the refusal of a send, or of a change, by the rules between people and companies. */
export function notPassing(reason: RefusalReason): VestnikError {
  return new VestnikError('forbidden', 'The rules between these people do not let this pass', { reason });
}
