-- Marks a conversation whose sends are judged: it is not active, its members are of several companies, or a block stands between
-- two members of a direct conversation. A mark that is no longer needed costs a judgement, and stays.
create or replace function guard_conversation(conversation bigint)
returns void
language sql as $$
  update conversations c set is_guarded = true
  where c.id = conversation and not c.is_guarded and (
    c.state <> 'active'
    or (
      select min(p.company_id) <> max(p.company_id)
      from members m join people p on p.user_id = m.user_id where m.conversation_id = conversation
    )
    or (c.type is distinct from 'group' and exists (
      select from members one
      join blocks b on b.blocker_id = one.user_id and b.is_active
      join members other on other.conversation_id = conversation and other.user_id = b.blocked_id
      where one.conversation_id = conversation
    ))
  )
$$;
