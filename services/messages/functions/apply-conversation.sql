-- Takes the state of a conversation over when it is newer than the known state. New members start with nothing unread.
create or replace function apply_conversation(
  conversation bigint, new_version integer, participants bigint[], created timestamptz
)
returns void
language plpgsql as $$
declare
  head_seq bigint;
begin
  insert into conversations as c (id, version, activity_at) values (conversation, new_version, created)
  on conflict (id) do update set version = excluded.version where c.version < excluded.version
  returning c.seq into head_seq;
  if not found then
    return;
  end if;
  delete from members m where m.conversation_id = conversation and m.user_id <> all (participants);
  insert into members (conversation_id, user_id, read_seq, delivered_seq, joined_seq)
  select conversation, p, head_seq, head_seq, head_seq from unnest(participants) as p
  on conflict do nothing;
end
$$;
