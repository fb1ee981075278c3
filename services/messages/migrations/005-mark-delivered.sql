-- Moves delivered markers: each entry says that a device of a member has the messages behind after_seq up to up_to_seq.
-- A marker moves only when nothing is missing before them, never back, and never past the newest message. Rows that
-- somebody else holds are left alone and named, so that this never waits for a send, nor a send for it in a circle.
create function mark_delivered(deliveries json)
returns table (conversation_id bigint, user_id bigint, up_to_seq bigint, after_seq bigint, moved boolean, members bigint)
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
    select m.conversation_id, m.user_id, greatest(m.delivered_seq, m.read_seq) as marker
    from wanted w join members m on m.conversation_id = w.conversation_id and m.user_id = w.user_id
    for update of m skip locked
  ),
  moved as (
    update members m set delivered_seq = w.up_to_seq
    from wanted w join held h on h.conversation_id = w.conversation_id and h.user_id = w.user_id
    where m.conversation_id = w.conversation_id and m.user_id = w.user_id
      and h.marker >= w.after_seq and h.marker < w.up_to_seq
    returning m.conversation_id, m.user_id, h.marker
  )
  select w.conversation_id, w.user_id, w.up_to_seq, coalesce(v.marker, w.after_seq), v.user_id is not null,
    (select count(*) from members o where o.conversation_id = w.conversation_id)
  from wanted w
  left join held h on h.conversation_id = w.conversation_id and h.user_id = w.user_id
  left join moved v on v.conversation_id = w.conversation_id and v.user_id = w.user_id
  where v.user_id is not null
    or (h.user_id is null and exists (
      select from members m where m.conversation_id = w.conversation_id and m.user_id = w.user_id
    ))
$$;
