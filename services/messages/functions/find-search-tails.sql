-- Finds the tails of a reader's conversations in which there may be messages that fit a search. `in_conversation` null stands for
-- all conversations. A range has messages below `before_id`, and none that are hidden from the reader.
--
-- Messages that are not in the index yet are in a range of their own, which fulfils every condition: of each conversation the
-- newest 2,000 at most. The index is further behind only while a walk fills it.
--
-- A tail has to fulfil each entry of `conditions`: its words have to fit one of the `patterns` of `like`.
--
-- The text of the statement on tails is made for each call, since the planner then knows the number of conditions. `strpos` takes
-- a tenth of the time of `like`. The plan of the other statement is kept.
create or replace function find_search_tails(
  reader bigint, in_conversation bigint, before_id bigint, since timestamptz, until timestamptz, conditions json
)
returns table (conversation_id bigint, first_seq bigint, last_seq bigint, first_id bigint, last_id bigint)
language plpgsql stable
set enable_hashjoin = on
set enable_indexscan = on
set enable_memoize = off
as $$
declare
  of_tails text;
begin
  select coalesce(string_agg('(' || (
    select string_agg(
      case
        when p.value ~ '^%[^%]+%$' then format('strpos(r.words, %L) > 0', btrim(p.value, '%'))
        else format('r.words like %L', p.value)
      end, ' or ')
    from json_array_elements_text(c.patterns) p
  ) || ')', ' and '), 'true')
  into of_tails
  from json_to_recordset(conditions) as c (patterns json);

  return query execute format($statement$
    select r.conversation_id, greatest(r.first_seq, m.hidden_seq + 1), r.last_seq, r.first_id, r.last_id
    from members m join search_tails r using (conversation_id)
    where m.user_id = $1 and ($2 is null or m.conversation_id = $2)
      and %s and r.first_id < $3 and r.last_seq > m.hidden_seq
      and ($4 is null or r.last_at >= $4) and ($5 is null or r.first_at < $5)
  $statement$, of_tails)
  using reader, in_conversation, before_id, since, until;

  return query
    select r.conversation_id, r.first_seq, r.last_seq, oldest.id, newest.id
    from (
      select c.id as conversation_id, c.seq as last_seq,
        greatest(coalesce(p.indexed_seq, 0), c.seq - 2000, m.hidden_seq) + 1 as first_seq
      from members m join conversations c on c.id = m.conversation_id
      left join search_positions p on p.conversation_id = c.id
      where m.user_id = reader and (in_conversation is null or m.conversation_id = in_conversation)
        and c.seq > coalesce(p.indexed_seq, 0) and c.seq > m.hidden_seq
    ) r
    join messages oldest on oldest.conversation_id = r.conversation_id and oldest.seq = r.first_seq
    join messages newest on newest.conversation_id = r.conversation_id and newest.seq = r.last_seq
    where oldest.id < before_id;
end
$$;
