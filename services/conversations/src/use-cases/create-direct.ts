import { insertEvent } from '@vestnik/outbox';
import type { Context, Input, Output } from '../context.ts';
import { type Pair, pairOf } from '../domain/pair.ts';
import type { MembershipEvent } from '../membership-event.ts';
import { fromRow } from '../store/conversation-row.ts';
import { directOfPair, insertDirect } from '../store/statements.ts';

/**
 * Finds or creates the one direct conversation of a pair. The database keeps it to one, whoever creates it when.
 *
 * @throws VestnikError `invalid` for a pair of one.
 */
export async function createDirect(context: Context, input: Input<'createDirect'>): Promise<Output<'createDirect'>> {
  const pair = pairOf(input.user_id, input.participant_id);
  const conversation = await findDirect(context, pair);
  if (conversation) return { conversation, created: false };
  return insertOrFind(context, pair, [input.user_id, input.participant_id]);
}

async function findDirect({ database }: Context, { low, high }: Pair) {
  const [row] = await database.query(directOfPair, [low, high]);
  return row && fromRow(row);
}

async function insertOrFind(context: Context, pair: Pair, participants: [number, number]) {
  const event = await context.database.transaction(async (queries) => {
    const [row] = await queries.query(insertDirect, [pair.low, pair.high, ...participants, new Date()]);
    if (!row) return undefined;
    const conversation = fromRow({ ...row, participants });
    const payload: MembershipEvent = { conversation, joined: participants, left: [], updated: false };
    return insertEvent(queries, payload);
  });
  if (event) {
    void context.outbox.publishNow(event);
    return { conversation: event.payload.conversation, created: true };
  }
  const conversation = await findDirect(context, pair);
  if (!conversation) throw new Error('The pair has a direct conversation that cannot be read');
  return { conversation, created: false };
}
