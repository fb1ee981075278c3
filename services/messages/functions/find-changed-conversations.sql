-- Finds the conversations of a user that have changed since a transaction, in the order of their ids behind `after_id`. The
-- caller's snapshot sees everything that a transaction before `since` did, and so did the answer that `since` comes from. `since`
-- or a later transaction wrote all rows that this answer may have missed.
--
-- A row was written by the transaction of its system column xmin, of which only 32 bits are known. Its age counts transactions
-- from then to now, modulo 2^32. So a row older than that may look changed, and a changed one never looks unchanged.
--
-- `is_new`: the user came into the conversation since then, so that a client has to take it as new. `removed_version`: the user
-- is no longer in it, and it had this version then.
create or replace function find_changed_conversations(reader bigint, since bigint, after_id bigint, max_rows integer)
returns table (conversation_id bigint, is_new boolean, removed_version integer)
language plpgsql stable as $$
declare
  since_xid xid8 := since::text::xid8;
  end_xid xid8 := pg_snapshot_xmax(pg_current_snapshot());
  -- Ages beyond this one are no longer told apart: then everything counts as changed.
  is_everything boolean := end_xid::text::bigint - since > 2000000000;
  max_age integer := age((since % 4294967296)::text::xid);
  own_ids bigint[];
  small_ids bigint[];
  new_ids bigint[];
  moved_ids bigint[];
  changed_ids bigint[];
begin
  select coalesce(array_agg(o.id), '{}'), coalesce(array_agg(o.id) filter (where o.came), '{}'),
    coalesce(array_agg(o.id) filter (where o.moved), '{}')
  into own_ids, new_ids, moved_ids
  from (
    select m.conversation_id as id, m.joined_xid >= since_xid and m.joined_xid < end_xid as came,
      age(m.xmin) between 0 and max_age as moved
    from members m where m.user_id = reader and m.conversation_id > after_id
    union all
    select a.conversation_id, age(a.xmin) between 0 and max_age, false
    from invitations a where a.user_id = reader and a.conversation_id > after_id
  ) o;

  if is_everything then
    changed_ids := own_ids;
  else
    select coalesce(array_agg(c.id) filter (where not c.is_large), '{}'),
      coalesce(array_agg(c.id) filter (where age(c.xmin) between 0 and max_age), '{}')
    into small_ids, changed_ids
    from conversations c where c.id = any (own_ids);
    changed_ids := changed_ids || new_ids || moved_ids || array(
      select m.conversation_id from members m
      where m.conversation_id = any (small_ids) and age(m.xmin) between 0 and max_age
    ) || array(
      select t.conversation_id from messages t
      where t.conversation_id = any (own_ids) and t.changed_xid >= since_xid and t.changed_xid < end_xid
    );
  end if;

  return query
  select f.id, is_everything or f.id = any (new_ids), f.version
  from (
    select distinct u.id, null::integer as version from unnest(changed_ids) as u (id)
    union all
    select d.conversation_id, d.version
    from departures d
    where d.user_id = reader and d.left_xid >= since_xid and d.left_xid < end_xid and d.conversation_id > after_id
      and not exists (select from members m where m.conversation_id = d.conversation_id and m.user_id = reader)
      and not exists (select from invitations a where a.conversation_id = d.conversation_id and a.user_id = reader)
    order by 1 limit max_rows
  ) f;
end
$$;
