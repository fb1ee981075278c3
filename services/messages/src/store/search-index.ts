import type { Attachment, Mentions } from '@vestnik/contracts';
import { type Queries, type RawValue, statement, writeStatement } from '@vestnik/database';
import type { IndexRange, SourceMessage } from '../domain/search/ranges.ts';
import { carriedBy, type Trait, traitsOfMentions } from '../domain/search/traits.ts';
import { trigramsOf } from '../domain/search/trigrams.ts';

/** How far a conversation is in the index. */
export interface SearchPosition {
  conversation_id: number;
  block_seq: number;
  indexed_seq: number;
  tail_length: number;
}

/** Where a tail of a conversation begins and ends. */
interface Tail {
  conversation_id: number;
  first_seq: number;
  last_seq: number;
}

const addPositions = writeStatement<never, [conversationIds: readonly number[]]>(
  'add-search-positions',
  `insert into search_positions (conversation_id, block_seq, indexed_seq, tail_length)
   select id, 0, 0, 0 from unnest($1::bigint[]) as id order by id on conflict do nothing`,
);

const lock = writeStatement<SearchPosition, [conversationIds: readonly number[]]>(
  'lock-search-positions',
  `select conversation_id, block_seq, indexed_seq, tail_length from search_positions
   where conversation_id = any ($1::bigint[]) order by conversation_id for update`,
);

const save = writeStatement<
  never,
  [
    conversationIds: readonly number[],
    blockSeqs: readonly number[],
    indexedSeqs: readonly number[],
    tailLengths: readonly number[],
  ]
>(
  'save-search-positions',
  `update search_positions p set block_seq = n.block_seq, indexed_seq = n.indexed_seq, tail_length = n.tail_length
   from unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::integer[])
     as n (conversation_id, block_seq, indexed_seq, tail_length)
   where p.conversation_id = n.conversation_id`,
);

const source = statement<
  [
    range: string,
    seq: string,
    id: string,
    senderId: string,
    createdAt: string,
    content: RawValue,
    attachments: RawValue,
    mentions: RawValue,
  ],
  [conversationIds: readonly number[], afterSeqs: readonly number[], upToSeqs: readonly number[]]
>(
  'read-search-source',
  `select p.range, m.seq, m.id, m.sender_id, m.created_at, case when m.deleted_at is null then m.content end, m.attachments, m.mentions
   from unnest($1::bigint[], $2::bigint[], $3::bigint[])
     with ordinality as p (conversation_id, after_seq, up_to_seq, range)
   cross join lateral (
     select * from messages m
     where m.conversation_id = p.conversation_id and m.seq > p.after_seq and m.seq <= p.up_to_seq order by m.seq
   ) m`,
);

type RangeColumns = [
  conversationIds: readonly number[],
  firstSeqs: readonly number[],
  lastSeqs: readonly number[],
  firstIds: readonly number[],
  lastIds: readonly number[],
  firstAts: readonly string[],
  lastAts: readonly string[],
  texts: readonly string[],
];

const saveRanges = (table: string, column: string, value: string) =>
  writeStatement<never, RangeColumns>(
    `save-${table.replace('_', '-')}`,
    `insert into ${table} (conversation_id, first_seq, last_seq, first_id, last_id, first_at, last_at, ${column})
     select r.conversation_id, r.first_seq, r.last_seq, r.first_id, r.last_id, r.first_at, r.last_at, ${value}
     from unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[], $6::timestamptz[], $7::timestamptz[],
       $8::text[])
       as r (conversation_id, first_seq, last_seq, first_id, last_id, first_at, last_at, index_text)
     on conflict (conversation_id, first_seq) do update
     set last_seq = excluded.last_seq, last_id = excluded.last_id, last_at = excluded.last_at, ${column} = excluded.${column}`,
  );

const saveBlockRows = saveRanges('search_blocks', 'trigrams', 'r.index_text::smallint[]');
const saveTailRows = saveRanges('search_tails', 'words', 'r.index_text');

const removeTailRowsOf = writeStatement<never, [conversationIds: readonly number[]]>(
  'remove-all-search-tails',
  'delete from search_tails where conversation_id = any ($1::bigint[])',
);

const removeTailRows = writeStatement<never, [conversationIds: readonly number[], firstSeqs: readonly number[]]>(
  'remove-search-tails',
  `delete from search_tails
   where (conversation_id, first_seq) in (select * from unnest($1::bigint[], $2::bigint[]))`,
);

const listTails = statement<Tail, [conversationIds: readonly number[]]>(
  'list-search-tails',
  `select conversation_id, first_seq, last_seq from search_tails
   where conversation_id = any ($1::bigint[]) order by conversation_id, first_seq`,
);

const removeBlockRows = writeStatement<never, [conversationId: number, afterSeq: number, upToSeq: number]>(
  'remove-search-blocks',
  'delete from search_blocks where conversation_id = $1 and first_seq <= $3 and last_seq > $2 and last_seq <= $3',
);

/** A range of messages of one conversation, by `seq`. */
export interface SourceRange {
  conversation_id: number;
  after_seq: number;
  up_to_seq: number;
}

/** A range with its conversation. */
export type IndexRangeOf = IndexRange & { conversation_id: number };

/** Locks how far conversations are in the index until the end of the transaction, in the order of their ids. */
export async function lockPositions(queries: Queries, conversationIds: readonly number[]): Promise<SearchPosition[]> {
  const known = await queries.query(lock, [conversationIds]);
  if (known.length === conversationIds.length) return known;
  await queries.query(addPositions, [conversationIds]);
  return queries.query(lock, [conversationIds]);
}

/** Saves how far conversations are in the index. */
export async function savePositions(queries: Queries, positions: readonly SearchPosition[]): Promise<void> {
  await queries.query(save, [
    positions.map(({ conversation_id }) => conversation_id),
    positions.map(({ block_seq }) => block_seq),
    positions.map(({ indexed_seq }) => indexed_seq),
    positions.map(({ tail_length }) => tail_length),
  ]);
}

/** Reads the messages of ranges as they are now, each range in `seq` order. */
export async function readSource(queries: Queries, ranges: readonly SourceRange[]): Promise<SourceMessage[][]> {
  const found = ranges.map((): SourceMessage[] => []);
  if (ranges.length === 0) return found;
  const rows = await queries.queryRaw(source, [
    ranges.map(({ conversation_id }) => conversation_id),
    ranges.map(({ after_seq }) => after_seq),
    ranges.map(({ up_to_seq }) => up_to_seq),
  ]);
  for (const [range, seq, id, senderId, createdAt, content, attachments, mentions] of rows) {
    const indexed =
      content === null ? undefined : { content, traits: traitsOf(content, attachments, mentions, senderId) };
    found[Number(range) - 1]?.push({ seq: Number(seq), id: Number(id), createdAt, indexed });
  }
  return found;
}

function traitsOf(content: string, attachments: RawValue, mentions: RawValue, senderId: string): Trait[] {
  const files = attachments === null ? [] : (JSON.parse(attachments) as Attachment[]);
  const mentioned = mentions === null ? [] : traitsOfMentions(JSON.parse(mentions) as Mentions);
  return [Number(senderId), ...carriedBy(content, files), ...mentioned];
}

/** Writes blocks, in place of those that begin at the same messages. */
export async function saveBlocks(queries: Queries, ranges: readonly IndexRangeOf[]): Promise<void> {
  if (ranges.length === 0) return;
  await queries.query(
    saveBlockRows,
    columnsOf(ranges, (text) => `{${trigramsOf(text).join(',')}}`),
  );
}

/** Writes tails, in place of those that begin at the same messages. */
export async function saveTails(queries: Queries, ranges: readonly IndexRangeOf[]): Promise<void> {
  if (ranges.length === 0) return;
  await queries.query(
    saveTailRows,
    columnsOf(ranges, (text) => text),
  );
}

/** Returns the tails of conversations by conversation, the oldest first. */
export async function tailsOf(queries: Queries, conversationIds: readonly number[]): Promise<Map<number, Tail[]>> {
  if (conversationIds.length === 0) return new Map();
  return Map.groupBy(await queries.query(listTails, [conversationIds]), ({ conversation_id }) => conversation_id);
}

/** Removes tails. */
export async function removeTails(queries: Queries, tails: readonly Tail[]): Promise<void> {
  if (tails.length === 0) return;
  await queries.query(removeTailRows, [
    tails.map(({ conversation_id }) => conversation_id),
    tails.map(({ first_seq }) => first_seq),
  ]);
}

/** Removes all tails of conversations. */
export async function removeAllTails(queries: Queries, conversationIds: readonly number[]): Promise<void> {
  if (conversationIds.length > 0) await queries.query(removeTailRowsOf, [conversationIds]);
}

/** Removes the blocks of a conversation that end in a range. */
export async function removeBlocks(
  queries: Queries,
  { conversation_id, after_seq, up_to_seq }: SourceRange,
): Promise<void> {
  await queries.query(removeBlockRows, [conversation_id, after_seq, up_to_seq]);
}

function columnsOf(ranges: readonly IndexRangeOf[], toValue: (indexText: string) => string): RangeColumns {
  return [
    ranges.map(({ conversation_id }) => conversation_id),
    ranges.map(({ first_seq }) => first_seq),
    ranges.map(({ last_seq }) => last_seq),
    ranges.map(({ first_id }) => first_id),
    ranges.map(({ last_id }) => last_id),
    ranges.map(({ first_at }) => first_at),
    ranges.map(({ last_at }) => last_at),
    ranges.map(({ index_text }) => toValue(index_text)),
  ];
}
