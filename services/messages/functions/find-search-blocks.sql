-- Finds blocks of a reader's conversations, newest first, in which there may be messages that fit a search. `in_conversation` null
-- stands for all conversations. A block has messages below `before_id`. Its last message lies behind `after_id` and below
-- `last_below`. An earlier call ended with the block of which `last_below` is the last message.
--
-- A block has to fulfil each entry of `conditions`: `trigrams` holds sets, of which a block has to contain one; null where any
-- block may do. Trigrams that most blocks have leave out too little for what they cost, by the statistics of the table. A
-- conversation of few blocks needs no conditions.
--
-- The text of the statement is made for each call, since the planner then knows the trigrams. `offset 0` has it ask the index of
-- trigrams for the blocks of all conversations, and `enable_seqscan` keeps it from comparing each block. Trigrams lie outside
-- of their rows, so to fetch those of 70,000 blocks takes seconds, which the planner does not know.
create or replace function find_search_blocks(
  reader bigint, in_conversation bigint, before_id bigint, after_id bigint, last_below bigint, since timestamptz, until timestamptz,
  conditions json, max_blocks integer
)
returns table (conversation_id bigint, first_seq bigint, last_seq bigint, first_id bigint, last_id bigint)
language plpgsql stable
set enable_hashjoin = on
set enable_indexscan = on
set enable_seqscan = off
as $$
declare
  few_blocks constant integer := 100;
  frequent_share constant real := 0.3;
  own bigint[];
  hidden bigint[];
  frequent smallint[];
  of_blocks text;
begin
  -- Conversations without a block behind `after_id` are left out, often all of them.
  select array_agg(m.conversation_id), array_agg(m.hidden_seq) into own, hidden
  from members m
  where m.user_id = reader and (in_conversation is null or m.conversation_id = in_conversation)
    and (after_id = 0 or after_id < (
      select b.last_id from search_blocks b where b.conversation_id = m.conversation_id order by b.first_seq desc limit 1
    ));
  if own is null then
    return;
  end if;

  if in_conversation is null or few_blocks < (
    select count(*) from (select from search_blocks b where b.conversation_id = in_conversation limit few_blocks + 1) b
  ) then
    select coalesce(array_agg(f.trigram), '{}') into frequent
    from pg_stats s, unnest(s.most_common_elems::text::smallint[], s.most_common_elem_freqs) as f (trigram, share)
    where s.schemaname = current_schema() and s.tablename = 'search_blocks' and s.attname = 'trigrams'
      and f.trigram is not null and f.share > frequent_share;
    select string_agg('(' || c.sets || ')', ' and ') into of_blocks
    from json_array_elements(conditions) e
    cross join lateral (
      select string_agg(format('r.trigrams @> %L::smallint[]', t.rare), ' or ') as sets, bool_or(t.rare is null) as may_be_any
      from json_array_elements_text(case when json_typeof(e -> 'trigrams') = 'array' then e -> 'trigrams' else '[]' end) s
      cross join lateral (
        select array_agg(u) as rare from unnest(s.value::smallint[]) u where u <> all (frequent)
      ) t
    ) c
    where c.sets is not null and not c.may_be_any;
  end if;

  return query execute format($statement$
    select r.conversation_id, greatest(r.first_seq, own.hidden_seq + 1), r.last_seq, r.first_id, r.last_id
    from %s r join unnest($1, $2) as own (conversation_id, hidden_seq) using (conversation_id)
    where r.first_id < $3 and r.last_id > $4 and r.last_id < $5
      and ($6 is null or r.last_at >= $6) and ($7 is null or r.first_at < $7) and r.last_seq > own.hidden_seq
    order by r.last_id desc limit $8
  $statement$, case when of_blocks is null then 'search_blocks' else format('(select * from search_blocks r where %s offset 0)', of_blocks) end)
  using own, hidden, before_id, after_id, last_below, since, until, max_blocks;
end
$$;
