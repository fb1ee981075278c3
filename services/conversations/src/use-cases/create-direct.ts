import type { Conversation } from '@vestnik/contracts';
import { isUniqueViolation } from '@vestnik/database';
import { commitCreation } from '../commit-creation.ts';
import type { Context, Input, Output } from '../context.ts';
import { type Created, createOnce, type Keep } from '../create-once.ts';
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
  return createOnce(context, input.user_id, input.once, (keep) => findOrCreate(context, input, pair, keep));
}

async function findOrCreate(
  context: Context,
  input: Input<'createDirect'>,
  pair: DirectPair,
  keep: Keep,
): Promise<Created> {
  const found = await findDirect(context, pair);
  if (found) return keepFound(context, found, keep);
  const participants = [input.user_id, input.participant_id];
  try {
    const direct = { type: 'direct' as const, name: null, owner_id: null, participants, pair };
    return await commitCreation(context, direct, keep);
  } catch (error) {
    if (!isUniqueViolation(error, 'conversations_direct_pair')) throw error;
  }
  const conversation = await findDirect(context, pair);
  if (!conversation) throw new Error('The pair has a direct conversation that cannot be read');
  return keepFound(context, conversation, keep);
}

async function keepFound({ database }: Context, conversation: Conversation, keep: Keep): Promise<Created> {
  const kept = await database.unitOfWork((em) => keep(em, conversation.id, false));
  return { conversation, created: false, kept };
}

async function findDirect({ database }: Context, { low, high }: DirectPair): Promise<Conversation | undefined> {
  const [row] = await database.query(statements.findDirect, [low, high]);
  return row && fromRow(row);
}
