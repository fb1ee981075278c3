-- Finds blocks of a reader's conversations, newest first, in which there may be messages that fit a search. `in_conversation` null
-- stands for all conversations. A block has messages below `before_id`, and its last message lies behind `after_id` and
-- below `last_below`, which is the last one of the block with which an earlier call ended.
--
-- A block has to fulfil each entry of `conditions`: `trigrams` holds sets, of which a block has to contain one; null where any
-- block may do.
--
-- The text of the statement is made for each call, since the planner then knows the trigrams. `offset 0` has it ask the index of
-- trigrams for the blocks of all conversations: the trigrams of each own block would have to be fetched and compared.
create or replace function find_search_blocks(
  reader bigint, in_conversation bigint, before_id bigint, after_id bigint, last_below bigint, since timestamptz, until timestamptz,
  conditions json, max_blocks integer
)
returns table (conversation_id bigint, first_seq bigint, last_seq bigint, first_id bigint, last_id bigint)
language plpgsql stable
set enable_hashjoin = on
set enable_indexscan = on
as $$
declare
  own bigint[];
  hidden bigint[];
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

  select coalesce(string_agg('(' || (
    select string_agg(format('r.trigrams @> %L::smallint[]', s.value), ' or ') from json_array_elements_text(c.trigrams) s
  ) || ')', ' and ') filter (where json_typeof(c.trigrams) = 'array'), 'true')
  into of_blocks
  from json_to_recordset(conditions) as c (trigrams json);

  return query execute format($statement$
    select r.conversation_id, greatest(r.first_seq, own.hidden_seq + 1), r.last_seq, r.first_id, r.last_id
    from (
      select r.conversation_id, r.first_seq, r.last_seq, r.first_id, r.last_id
      from search_blocks r
      where %s and ($3 is null or r.conversation_id = $3) and r.first_id < $4 and r.last_id > $5 and r.last_id < $6
        and ($7 is null or r.last_at >= $7) and ($8 is null or r.first_at < $8)
      offset 0
    ) r join unnest($1, $2) as own (conversation_id, hidden_seq) using (conversation_id)
    where r.last_seq > own.hidden_seq
    order by r.last_id desc limit $9
  $statement$, of_blocks)
  using own, hidden, in_conversation, before_id, after_id, last_below, since, until, max_blocks;
end
$$;
