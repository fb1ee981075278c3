import { type Queries, statement, writeStatement } from '@vestnik/database';
import type { SourceRange } from './search-index.ts';

/** A message whose range has to be indexed again. */
interface SearchChange {
  conversation_id: number;
  seq: number;
}

/** Takes changes that no other instance has taken. They stay when the transaction does not commit. */
const take = writeStatement<SearchChange, [limit: number]>(
  'take-search-changes',
  `delete from search_changes
   where (conversation_id, seq) in (
     select conversation_id, seq from search_changes order by conversation_id, seq limit $1 for update skip locked
   )
   returning conversation_id, seq`,
);

const holding = (table: string) =>
  statement<SourceRange, [conversationIds: readonly number[], seqs: readonly number[]]>(
    `find-changed-${table.replace('_', '-')}`,
    `select distinct c.conversation_id, r.first_seq - 1 as after_seq, r.last_seq as up_to_seq
     from unnest($1::bigint[], $2::bigint[]) as c (conversation_id, seq)
     cross join lateral (
       select first_seq, last_seq from ${table} r
       where r.conversation_id = c.conversation_id and r.first_seq <= c.seq order by r.first_seq desc limit 1
     ) r
     where r.last_seq >= c.seq`,
  );

const blocksHolding = holding('search_blocks');
const tailsHolding = holding('search_tails');

/** Takes up to `limit` changes out of their table, for the length of the transaction. */
export function takeChanges(queries: Queries, limit: number): Promise<SearchChange[]> {
  return queries.query(take, [limit]);
}

/** Returns the blocks and the tails that hold changed messages, each once. */
export async function rangesHolding(
  queries: Queries,
  changes: readonly SearchChange[],
): Promise<{ blocks: SourceRange[]; tails: SourceRange[] }> {
  const ids = changes.map(({ conversation_id }) => conversation_id);
  const seqs = changes.map(({ seq }) => seq);
  return {
    blocks: await queries.query(blocksHolding, [ids, seqs]),
    tails: await queries.query(tailsHolding, [ids, seqs]),
  };
}
