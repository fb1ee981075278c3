-- Moves delivered markers: each entry says that a device of a member has the messages behind after_seq up to up_to_seq.
-- A marker moves only when nothing is missing before them, never back, and never past the newest message. The function
-- leaves rows alone that another transaction holds, and names them. So it never waits for a send, and no deadlock comes
-- of both. A conversation is large with more members than `small`; members are counted up to there. The cost of an entry
-- does not depend on the number of entries: no part reads another from end to end for each entry.
create or replace function mark_delivered(deliveries json, small integer)
returns table (
  conversation_id bigint, user_id bigint, up_to_seq bigint, after_seq bigint, moved boolean, is_large boolean
)
language sql as $$
  with wanted as materialized (
    select distinct on (d.conversation_id, d.user_id) d.conversation_id, d.user_id, d.after_seq,
      least(d.up_to_seq, c.seq) as up_to_seq
    from json_to_recordset(deliveries)
      as d (conversation_id bigint, user_id bigint, after_seq bigint, up_to_seq bigint)
    join conversations c on c.id = d.conversation_id
    order by d.conversation_id, d.user_id, d.up_to_seq desc
  ),
  held as materialized (
    select m.conversation_id, m.user_id, w.after_seq, w.up_to_seq, greatest(m.delivered_seq, m.read_seq) as marker
    from wanted w join members m on m.conversation_id = w.conversation_id and m.user_id = w.user_id
    for update of m skip locked
  ),
  moved as (
    update members m set delivered_seq = h.up_to_seq
    from held h
    where m.conversation_id = h.conversation_id and m.user_id = h.user_id
      and h.marker >= h.after_seq and h.marker < h.up_to_seq
    returning m.conversation_id, m.user_id, h.up_to_seq, h.marker
  )
  select v.conversation_id, v.user_id, v.up_to_seq, v.marker, true,
    exists (select from members o where o.conversation_id = v.conversation_id offset small)
  from moved v
  union all
  select w.conversation_id, w.user_id, w.up_to_seq, w.after_seq, false, false
  from wanted w
  where (w.conversation_id, w.user_id) not in (select h.conversation_id, h.user_id from held h)
    and exists (select from members m where m.conversation_id = w.conversation_id and m.user_id = w.user_id)
$$;
