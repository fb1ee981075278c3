import type { Conversation } from '@vestnik/contracts';
import { isUniqueViolation } from '@vestnik/database';
import { commitCreation } from '../commit-creation.ts';
import type { Context, Input, Output } from '../context.ts';
import { type DirectPair, pairOf } from '../domain/direct-pair.ts';
import { fromRow } from '../store/conversation-row.ts';
import * as statements from '../store/statements.ts';

/**
 * Finds or creates the one direct conversation of a pair. Where both users create it at the same time, the database keeps
 * the first, and both get it.
 *
 * @throws VestnikError `invalid` for one user twice.
 */
export async function createDirect(context: Context, input: Input<'createDirect'>): Promise<Output<'createDirect'>> {
  const pair = pairOf(input.user_id, input.participant_id);
  const found = await findDirect(context, pair);
  if (found) return { conversation: found, created: false };
  const participants = [input.user_id, input.participant_id];
  try {
    const direct = { type: 'direct' as const, name: null, owner_id: null, participants, pair };
    return { conversation: await commitCreation(context, direct), created: true };
  } catch (error) {
    if (!isUniqueViolation(error, 'conversations_direct_pair')) throw error;
  }
  const conversation = await findDirect(context, pair);
  if (!conversation) throw new Error('The pair has a direct conversation that cannot be read');
  return { conversation, created: false };
}

async function findDirect({ database }: Context, { low, high }: DirectPair): Promise<Conversation | undefined> {
  const [row] = await database.query(statements.findDirect, [low, high]);
  return row && fromRow(row);
}
