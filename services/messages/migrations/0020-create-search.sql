-- The search index. It only leaves out what cannot fit: a search compares everything that it finds with `messages`.

-- How far each conversation is in the index, which is filled behind the sends.
create table search_positions (
  conversation_id bigint primary key,
  -- The messages up to here are in search_blocks.
  block_seq bigint not null,
  -- The messages behind them, up to here, are in search_tails.
  indexed_seq bigint not null,
  -- Characters of text in search_tails.
  tail_length integer not null
) with (fillfactor = 70);

-- Ranges of about a hundred messages, as the trigrams of their words. Rows are small, since their trigrams lie elsewhere.
create table search_blocks (
  conversation_id bigint not null,
  first_seq bigint not null,
  last_seq bigint not null,
  first_id bigint not null,
  last_id bigint not null,
  first_at timestamptz not null,
  last_at timestamptz not null,
  trigrams smallint[] not null,
  primary key (conversation_id, first_seq)
) with (toast_tuple_target = 128);
-- A block is written once, so there is nothing to gather before it goes into the index.
create index search_blocks_trigrams on search_blocks using gin (trigrams) with (fastupdate = off);

-- The newest messages of each conversation, which are too few for a block, as their words.
create table search_tails (
  conversation_id bigint not null,
  first_seq bigint not null,
  last_seq bigint not null,
  first_id bigint not null,
  last_id bigint not null,
  first_at timestamptz not null,
  last_at timestamptz not null,
  words text not null,
  primary key (conversation_id, first_seq)
);

-- Edited and deleted messages whose range has to be indexed again.
create table search_changes (
  conversation_id bigint not null,
  seq bigint not null,
  primary key (conversation_id, seq)
);

-- How far the walk over all conversations is, which indexes messages stored before the index existed, or by a process that died.
create table search_walks (
  id smallint primary key check (id = 1),
  -- The conversations up to here are done, and the messages of the next one up to after_seq.
  after_conversation_id bigint not null,
  after_seq bigint not null,
  -- Whether the walk indexes again what is indexed already.
  is_rebuild boolean not null,
  finished_at timestamptz
);
insert into search_walks (id, after_conversation_id, after_seq, is_rebuild) values (1, 0, 0, false);
