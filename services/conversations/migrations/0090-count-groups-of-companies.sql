-- How many groups with participants each company has.
create table company_uses (
  company_id bigint primary key,
  groups integer not null
);
insert into company_uses (company_id, groups)
select c.company_id, count(*) from conversations c
where c.type = 'group' and c.company_id is not null
  and exists (select from participants p where p.conversation_id = c.id)
group by c.company_id;
