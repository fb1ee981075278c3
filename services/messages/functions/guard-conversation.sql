-- Marks a conversation whose sends are judged: it is not active, its members are of several companies, or a block stands between
-- two members of a direct conversation. A mark that is no longer needed costs a judgement, and stays. Without a mark the
-- conversation keeps the company of its known members, so that a further person of that company costs no look at all members.
create or replace function guard_conversation(conversation bigint)
returns void
language sql as $$
  update conversations c
  set is_guarded = c.is_guarded or judged.is_guarded, sole_company_id = judged.low_id
  from (
    select companies.low_id, coalesce(
      own.state <> 'active'
      or companies.low_id <> companies.high_id
      or (own.type is distinct from 'group' and exists (
        select from members one
        join blocks b on b.blocker_id = one.user_id and b.is_active
        join members other on other.conversation_id = conversation and other.user_id = b.blocked_id
        where one.conversation_id = conversation
      )), false
    ) as is_guarded
    from conversations own
    cross join lateral (
      select min(p.company_id) as low_id, max(p.company_id) as high_id
      from members m join people p on p.user_id = m.user_id where m.conversation_id = conversation
    ) companies
    where own.id = conversation and not own.is_guarded
  ) judged
  where c.id = conversation and (judged.is_guarded or c.sole_company_id is distinct from judged.low_id)
$$;
