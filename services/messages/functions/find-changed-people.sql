-- Finds the people who look different since a transaction, among the members of a user's conversations, in the order of their
-- ids behind `after_id`. As the first answers do, it leaves out conversations of more than 50 members. Transactions count as in
-- find_changed_conversations.
create or replace function find_changed_people(reader bigint, since bigint, after_id bigint, max_rows integer)
returns table (user_id bigint)
language plpgsql stable as $$
declare
  since_xid xid8 := since::text::xid8;
  end_xid xid8 := pg_snapshot_xmax(pg_current_snapshot());
  -- With more changed people than this, the members are looked through instead.
  few constant integer := 200;
  company_ids bigint[];
  changed_ids bigint[];
  own_ids bigint[];
begin
  if not exists (select from looks l where l.changed_xid >= since_xid and l.changed_xid < end_xid) then
    return;
  end if;
  company_ids := array(
    select l.id from looks l where l.is_company and l.changed_xid >= since_xid and l.changed_xid < end_xid
  );
  changed_ids := array(
    select l.id from looks l
    where not l.is_company and l.id > after_id and l.changed_xid >= since_xid and l.changed_xid < end_xid limit few + 1
  );
  if cardinality(changed_ids) <= few then
    changed_ids := array(
      select p.id from unnest(changed_ids) as p (id)
      union
      (select p.user_id from people p where p.company_id = any (company_ids) and p.user_id > after_id limit few + 1)
    );
  end if;
  own_ids := array(
    select c.id from members m join conversations c on c.id = m.conversation_id
    where m.user_id = reader and not c.is_large
  );

  if cardinality(changed_ids) <= few then
    return query
    select distinct m.user_id from members m
    where m.user_id = any (changed_ids) and m.conversation_id = any (own_ids) order by 1 limit max_rows;
    return;
  end if;
  return query
  select t.user_id
  from (
    select distinct m.user_id from members m where m.conversation_id = any (own_ids) and m.user_id > after_id
  ) t
  where exists (
    select from looks l
    where not l.is_company and l.id = t.user_id and l.changed_xid >= since_xid and l.changed_xid < end_xid
  ) or exists (
    select from people p where p.user_id = t.user_id and p.company_id = any (company_ids)
  )
  order by 1 limit max_rows;
end
$$;
