-- Takes the state of a conversation over when it is newer than the known state. New members start with nothing unread; a user
-- who was invited and has accepted starts before the first message. `invited` are the users who have not accepted. Users who are
-- neither any more get a row in `departures`, by which an account sync tells them.
-- From new members of `from_join` all messages so far are hidden.
-- `returned` are members who had left before, each with the version in which the member came back. Where that is newer than the
-- known state, the member starts anew. The state in which the member was gone may come later, and has no effect then.
create or replace function apply_conversation(
  conversation bigint, new_version integer, new_members bigint[], created timestamptz, new_type text, new_state text,
  invited bigint[], from_join bigint[] default '{}', returned json default '[]'
)
returns void
language plpgsql as $$
declare
  head_seq bigint;
  known_version integer;
  was_large boolean;
begin
  select c.version, c.is_large into known_version, was_large from conversations c where c.id = conversation for update;
  insert into conversations as c (id, version, activity_at, type, state, is_large)
  values (conversation, new_version, created, new_type, new_state, cardinality(new_members) > 50)
  on conflict (id) do update
  set version = excluded.version, type = excluded.type, state = excluded.state, is_large = excluded.is_large
  where c.version < excluded.version
  returning c.seq into head_seq;
  if not found then
    return;
  end if;
  with gone as (
    delete from members m where m.conversation_id = conversation and m.user_id <> all (new_members) returning m.user_id
  )
  insert into departures (user_id, conversation_id, version)
  select g.user_id, conversation, new_version from gone g where g.user_id <> all (invited)
  on conflict on constraint departures_pkey do update set version = excluded.version, left_xid = excluded.left_xid;
  if json_array_length(returned) > 0 then
    delete from members m using json_to_recordset(returned) as r (user_id bigint, version integer)
    where m.conversation_id = conversation and m.user_id = r.user_id and r.version > known_version;
  end if;
  insert into members (conversation_id, user_id, read_seq, delivered_seq, joined_seq, hidden_seq)
  select conversation, p, start.seq, start.seq, start.seq, case when p = any (from_join) then start.seq else 0 end
  from unnest(new_members) as p
  cross join lateral (
    select case when new_type = 'direct' and exists (
      select from invitations a where a.conversation_id = conversation and a.user_id = p
    ) then 0 else head_seq end as seq
  ) start
  on conflict do nothing;
  if was_large and cardinality(new_members) <= 50 then
    -- Until now nobody was told about the others: they all count as new.
    update members m set joined_xid = pg_current_xact_id() where m.conversation_id = conversation;
  end if;
  if cardinality(invited) > 0 or exists (select from invitations a where a.conversation_id = conversation) then
    with gone as (
      delete from invitations a where a.conversation_id = conversation and a.user_id <> all (invited) returning a.user_id
    )
    insert into departures (user_id, conversation_id, version)
    select g.user_id, conversation, new_version from gone g where g.user_id <> all (new_members)
    on conflict on constraint departures_pkey do update set version = excluded.version, left_xid = excluded.left_xid;
    insert into invitations (conversation_id, user_id) select conversation, a from unnest(invited) as a on conflict do nothing;
  end if;
  perform guard_conversation(conversation);
end
$$;
