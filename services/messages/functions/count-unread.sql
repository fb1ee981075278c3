-- Messages behind a marker that are not tombstones: reads the tombstones behind the marker and nothing else. A function
-- in `from` with one `select` as its body is inlined by Postgres, so a list does not pay for a call for each row.
create or replace function count_unread(conversation bigint, head_seq bigint, marker bigint)
returns table (unread bigint)
language sql stable as $$
  select case when head_seq <= marker then 0 else head_seq - marker - (
    select count(*) from messages t
    where t.conversation_id = conversation and t.seq > marker and t.deleted_at is not null
  ) end
$$;

-- Its predecessor.
drop function if exists unread_of(bigint, bigint, bigint);
