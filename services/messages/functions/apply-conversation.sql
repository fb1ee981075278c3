-- Takes the state of a conversation over when it is newer than the known state. New members start with nothing unread; a user
-- who was invited and has accepted starts before the first message. `invited` are the users who have not accepted.
create or replace function apply_conversation(
  conversation bigint, new_version integer, new_members bigint[], created timestamptz, new_type text, new_state text,
  invited bigint[]
)
returns void
language plpgsql as $$
declare
  head_seq bigint;
begin
  insert into conversations as c (id, version, activity_at, type, state)
  values (conversation, new_version, created, new_type, new_state)
  on conflict (id) do update set version = excluded.version, type = excluded.type, state = excluded.state
  where c.version < excluded.version
  returning c.seq into head_seq;
  if not found then
    return;
  end if;
  delete from members m where m.conversation_id = conversation and m.user_id <> all (new_members);
  insert into members (conversation_id, user_id, read_seq, delivered_seq, joined_seq)
  select conversation, p, start.seq, start.seq, start.seq
  from unnest(new_members) as p
  cross join lateral (
    select case when new_type = 'direct' and exists (
      select from invitations a where a.conversation_id = conversation and a.user_id = p
    ) then 0 else head_seq end as seq
  ) start
  on conflict do nothing;
  if cardinality(invited) > 0 or exists (select from invitations a where a.conversation_id = conversation) then
    delete from invitations a where a.conversation_id = conversation and a.user_id <> all (invited);
    insert into invitations (conversation_id, user_id) select conversation, a from unnest(invited) as a on conflict do nothing;
  end if;
  perform guard_conversation(conversation);
end
$$;
