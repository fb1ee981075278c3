-- Judges a send into a guarded conversation by the copy of companies' facts. Returns null where the send may pass, else the
-- reason: the first of blocked, severed, needs_contract, policy, pending. It decides as libs/decision does for the acts
-- `direct` and `share`; crossing.test.ts holds both to the same decisions. The session knows the rule of the installation.
create or replace function judge_crossing(
  conversation bigint, sender bigint, body text, has_files boolean
)
returns text
language plpgsql stable as $$
declare
  head_seq bigint;
  state text;
  is_direct boolean;
  own bigint;
  reason text;
  installation text := coalesce(current_setting('vestnik.partners', true), 'open');
begin
  select c.seq, c.state, c.type = 'direct' into head_seq, state, is_direct from conversations c where c.id = conversation;
  if is_direct is null then
    is_direct := (select count(*) from (select from members m where m.conversation_id = conversation limit 3) few) = 2;
  end if;
  select p.company_id into own from people p where p.user_id = sender;
  if is_direct then
    select case when exists (
      select from blocks b
      where b.is_active and (b.blocker_id = sender or b.blocker_company_id = own)
        and (b.blocked_id = other.user_id or b.blocked_company_id = other.company_id)
    ) or exists (
      select from blocks b
      where b.is_active and (b.blocker_id = other.user_id or b.blocker_company_id = other.company_id)
        and (b.blocked_id = sender or b.blocked_company_id = own)
    ) then 'blocked' end
    into reason from (
      select u.user_id, p.company_id from (
        select m.user_id from members m where m.conversation_id = conversation and m.user_id <> sender
        union all select a.user_id from invitations a where a.conversation_id = conversation
      ) u left join people p on p.user_id = u.user_id
    ) other;
    if reason is not null then
      return reason;
    end if;
  end if;
  -- Without a contract of the own company, and without a rule `contract` anywhere, the companies of the others do not matter.
  if installation = 'contract' or exists (select from contracts k where k.low_id = own)
    or exists (select from contracts k where k.high_id = own)
    or exists (select from companies c where c.partners = 'contract')
  then
    select case
      when bool_or(k.state = 'severed') then 'severed'
      when bool_or(
        'contract' in (installation, mine.partners, theirs.partners) and k.state is distinct from 'active'
      ) then 'needs_contract'
      when bool_or(k.state = 'active' and not case when is_direct then k.direct else k.groups end) then 'policy'
    end
    into reason
    from (
      select distinct p.company_id from members m join people p on p.user_id = m.user_id
      where m.conversation_id = conversation and p.company_id is distinct from own
    ) other
    left join contracts k
      on k.low_id = least(own, other.company_id) and k.high_id = greatest(own, other.company_id) and own is not null
    left join companies mine on mine.company_id = own
    left join companies theirs on theirs.company_id = other.company_id;
    if reason is not null then
      return reason;
    end if;
  end if;
  return case
    when state = 'suspended' then 'severed'
    when state = 'declined' then 'pending'
    -- The creator may send one short text before the addressee has accepted.
    when state = 'pending' and (head_seq > 0 or has_files or char_length(coalesce(body, '')) > 500) then 'pending'
  end;
end
$$;

-- Returns whether no send may pass through a conversation: it is suspended, or a block or a severed contract stands between its
-- members. The function judges one member of each company.
create or replace function is_sealed(conversation bigint)
returns boolean
language sql stable as $$
  select exists (
    select from (
      select distinct on (p.company_id) m.user_id
      from members m left join people p on p.user_id = m.user_id
      where m.conversation_id = conversation order by p.company_id
    ) one
    where judge_crossing(conversation, one.user_id, '', false) in ('blocked', 'severed')
  )
$$;
