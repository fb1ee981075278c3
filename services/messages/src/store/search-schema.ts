import { defineEntity, p } from '@mikro-orm/core';

const bigint = () => p.bigint('number');
const moment = () => p.datetime(6);

/** How far a conversation is in the search index, which is filled behind the sends. */
const searchPositionEntity = defineEntity({
  name: 'SearchPosition',
  tableName: 'search_positions',
  properties: {
    conversation_id: bigint().primary().autoincrement(false),
    /** The messages up to here are in blocks. */
    block_seq: bigint(),
    /** The messages behind them, up to here, are in tails. */
    indexed_seq: bigint(),
    /** Characters of text in tails. */
    tail_length: p.integer(),
  },
});

/** The columns of a range of messages of one conversation. */
const range = () => ({
  conversation_id: bigint().primary(),
  first_seq: bigint().primary(),
  last_seq: bigint(),
  first_id: bigint(),
  last_id: bigint(),
  first_at: moment(),
  last_at: moment(),
});

/** About a hundred messages, as the trigrams of their words. */
const searchBlockEntity = defineEntity({
  name: 'SearchBlock',
  tableName: 'search_blocks',
  properties: { ...range(), trigrams: p.array(Number).columnType('smallint[]') },
  indexes: [{ name: 'search_blocks_trigrams', properties: ['trigrams'], type: 'gin' }],
});

/** The newest messages of a conversation, too few for a block, as their words. */
const searchTailEntity = defineEntity({
  name: 'SearchTail',
  tableName: 'search_tails',
  properties: { ...range(), words: p.text() },
});

/** An edited or deleted message whose range has to be indexed again. */
export const searchChangeEntity = defineEntity({
  name: 'SearchChange',
  tableName: 'search_changes',
  properties: { conversation_id: bigint().primary(), seq: bigint().primary() },
});

/** How far the walk over all conversations is, which indexes what no event brought into the index. */
const searchWalkEntity = defineEntity({
  name: 'SearchWalk',
  tableName: 'search_walks',
  properties: {
    id: p.smallint().primary().autoincrement(false),
    /** The conversations up to here are done, and the messages of the next one up to `after_seq`. */
    after_conversation_id: bigint(),
    after_seq: bigint(),
    /** Whether the walk indexes again what is indexed already. */
    is_rebuild: p.boolean(),
    finished_at: moment().nullable(),
  },
  checks: [{ name: 'search_walks_id_check', expression: 'id = 1' }],
});

/** The tables of the search index. */
export const searchEntities = [
  searchPositionEntity,
  searchBlockEntity,
  searchTailEntity,
  searchChangeEntity,
  searchWalkEntity,
];

/** Storage of the tables of the search index. */
export const searchStorage = {
  search_positions: { fillfactor: 70 },
  search_blocks: { toast_tuple_target: 128 },
  search_tails: { toast_tuple_target: 8160 },
};
