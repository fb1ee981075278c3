-- Messages behind a member's marker that are neither tombstones nor the member's own: reads the tombstones and the own
-- automatic messages behind the marker, and nothing else. All other sends of the member have moved the marker. A function
-- in `from` with one `select` as its body is inlined by Postgres, so a list does not pay for a call for each row.
create or replace function count_unread(
  conversation bigint, head_seq bigint, member bigint, marker bigint, automatic_seq bigint
)
returns table (unread bigint)
language sql stable as $$
  select case when head_seq <= marker then 0 else head_seq - marker - (
    select count(*) from messages t
    where t.conversation_id = conversation and t.seq > marker and t.deleted_at is not null
  ) - case when automatic_seq <= marker then 0 else (
    select count(*) from messages a
    where a.conversation_id = conversation and a.sender_id = member and a.seq > marker and a.is_automatic
      and a.deleted_at is null
  ) end end
$$;

-- Its predecessor.
drop function if exists unread_of(bigint, bigint, bigint);
