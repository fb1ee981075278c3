-- Finds ranges of messages of a reader's conversations, newest first, in which there may be messages that fit a search.
-- `in_conversation` null stands for all conversations. A range has messages below `before_id`. Its last message is below
-- `last_below`, which is the last one of the range with which an earlier call ended.
--
-- Messages that are not in the index yet are in a range of their own, which fulfils every condition: of each conversation the
-- newest 2,000 at most. The index is further behind only while a walk fills it.
--
-- A range of the index has to fulfil each entry of `conditions`. `trigrams` holds sets, of which a block has to contain one; null where any
-- block may do. `patterns` are those of `like`, of which the words of a tail have to fit one.
--
-- The text of the statement is made for each call, since the planner then knows the trigrams and the number of conditions.
create or replace function find_search_ranges(
  reader bigint, in_conversation bigint, before_id bigint, last_below bigint, since timestamptz, until timestamptz, conditions json,
  max_ranges integer
)
returns table (conversation_id bigint, first_seq bigint, last_seq bigint, last_id bigint)
language plpgsql stable
set enable_hashjoin = on
set enable_indexscan = on
as $$
declare
  of_blocks text;
  of_tails text;
begin
  select
    coalesce(string_agg('(' || (
      select string_agg(format('r.trigrams @> %L::smallint[]', s.value), ' or ') from json_array_elements_text(c.trigrams) s
    ) || ')', ' and ') filter (where json_typeof(c.trigrams) = 'array'), 'true'),
    coalesce(string_agg('(' || (
      select string_agg(format('r.words like %L', p.value), ' or ') from json_array_elements_text(c.patterns) p
    ) || ')', ' and '), 'true')
  into of_blocks, of_tails
  from json_to_recordset(conditions) as c (trigrams json, patterns json);

  return query execute format($statement$
    with own as materialized (
      select m.conversation_id from members m where m.user_id = $1 and ($2 is null or m.conversation_id = $2)
    )
    select r.conversation_id, r.first_seq, r.last_seq, r.last_id
    from (
      select r.conversation_id, r.first_seq, r.last_seq, r.last_id
      from search_blocks r
      where %s and r.first_id < $3 and r.last_id < $4
        and ($5 is null or r.last_at >= $5) and ($6 is null or r.first_at < $6)
      offset 0
    ) r join own using (conversation_id)
    union all
    select r.conversation_id, r.first_seq, r.last_seq, r.last_id
    from own join search_tails r using (conversation_id)
    where %s and r.first_id < $3 and r.last_id < $4
      and ($5 is null or r.last_at >= $5) and ($6 is null or r.first_at < $6)
    union all
    select r.conversation_id, r.first_seq, r.last_seq, newest.id
    from (
      select c.id as conversation_id, greatest(coalesce(p.indexed_seq, 0), c.seq - 2000) + 1 as first_seq, c.seq as last_seq
      from own join conversations c on c.id = own.conversation_id
      left join search_positions p on p.conversation_id = c.id
      where c.seq > coalesce(p.indexed_seq, 0)
    ) r
    join messages oldest on oldest.conversation_id = r.conversation_id and oldest.seq = r.first_seq
    join messages newest on newest.conversation_id = r.conversation_id and newest.seq = r.last_seq
    where oldest.id < $3 and newest.id < $4
    order by last_id desc limit $7
  $statement$, of_blocks, of_tails)
  using reader, in_conversation, before_id, last_below, since, until, max_ranges;
end
$$;
