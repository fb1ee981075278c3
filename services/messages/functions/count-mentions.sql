-- Messages of others behind a member's marker that mention the member, or all. The rows of deleted messages are gone.
create or replace function count_mentions(conversation bigint, head_seq bigint, member bigint, marker bigint)
returns table (mentions bigint)
language sql stable as $$
  select case when head_seq <= marker then 0 else (
    select count(*) from mentions n
    where n.conversation_id = conversation and n.user_id in (0, member) and n.seq > marker and n.sender_id <> member
  ) end
$$;
